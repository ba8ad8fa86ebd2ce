package io.cardloom.aggregator.connect;

import io.cardloom.aggregator.codec.JsonTree;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the identity provider tells of a person who is signed in. All of it is text that others
/// wrote.
record Person(String name, List<Workspace> workspaces, List<Approval> approvals) {
  private static final Pattern SAFENAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /// The provider has them in no order.
  private static final Comparator<Approval> NEWEST_FIRST =
      Comparator.comparing(Approval::since)
          .reversed()
          .thenComparing(Approval::name)
          .thenComparing(Approval::id);

  /// Most of each that the page shows.
  static final int SHOWN_MAX = 100;

  /// A workspace the person is a member of.
  ///
  /// @param safename part of its URL
  record Workspace(String safename, String name, List<String> roles) {}

  /// A client that the person approved.
  ///
  /// @param verified whether somebody checked its name
  /// @param connected whether it can go on without asking the person again
  record Approval(
      String id,
      String client,
      String name,
      boolean verified,
      List<String> scopes,
      List<String> workspaces,
      boolean connected,
      Instant since) {}

  /// Reads the provider's answer; what is missing or of another kind is empty, and a workspace
  /// whose safename could not be in a URL is left out.
  static Person of(byte[] json) {
    if (!(JsonTree.read(json, 0, json.length) instanceof Map<?, ?> me)) {
      throw new IllegalArgumentException("no object");
    }
    return new Person(
        text(me.get("name")),
        objects(me.get("workspaces"))
            .map(one ->
                new Workspace(
                    text(one.get("workspace")), text(one.get("name")), texts(one.get("roles"))))
            .filter(one -> SAFENAME.matcher(one.safename()).matches())
            .limit(SHOWN_MAX)
            .toList(),
        objects(me.get("approvals"))
            .map(Person::approval)
            .sorted(NEWEST_FIRST)
            .limit(SHOWN_MAX)
            .toList());
  }

  private static Approval approval(Map<?, ?> one) {
    return new Approval(
        text(one.get("id")),
        text(one.get("client")),
        text(one.get("name")),
        Boolean.TRUE.equals(one.get("verified")),
        texts(one.get("scopes")),
        texts(one.get("workspaces")),
        Boolean.TRUE.equals(one.get("connected")),
        Instant.ofEpochSecond(one.get("since") instanceof Number since ? since.longValue() : 0));
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  private static List<String> texts(@Nullable Object value) {
    return value instanceof List<?> list
        ? list.stream()
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .limit(SHOWN_MAX)
            .toList()
        : List.of();
  }

  private static java.util.stream.Stream<Map<?, ?>> objects(@Nullable Object value) {
    return value instanceof List<?> list
        ? list.stream().filter(Map.class::isInstance).map(one -> (Map<?, ?>) one)
        : java.util.stream.Stream.of();
  }
}
