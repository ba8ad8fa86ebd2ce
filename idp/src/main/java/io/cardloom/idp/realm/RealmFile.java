package io.cardloom.idp.realm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The realm as a file, `realm.json`, with a placeholder `${CARDLOOM_...}` for what is different in
/// each installation. Keycloak fills them in from its environment when it imports the file.
public final class RealmFile {
  /// Public base of the aggregator, without a slash at the end.
  public static final String PUBLIC_BASE = "CARDLOOM_PUBLIC_BASE";

  /// Secret of the client that signs people in on their own page.
  public static final String CONNECT_SECRET = "CARDLOOM_CONNECT_SECRET";

  /// Secret of the client that may ask whether a token is still good.
  public static final String AGGREGATOR_SECRET = "CARDLOOM_AGGREGATOR_SECRET";

  /// Secret of the client that keeps this realm.
  public static final String PROVISIONING_SECRET = "CARDLOOM_PROVISIONING_SECRET";

  /// The client that signs people in on their own page.
  public static final String CONNECT_CLIENT = "cardloom-connect";

  /// Name of the realm.
  public static final String REALM = "cardloom";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(CARDLOOM_[A-Z_]+)}");

  /// Keycloak puts values into the file as they are, quotes and all.
  private static final Pattern PLAIN = Pattern.compile("[^\"\\\\$\\p{Cntrl}]+");

  private RealmFile() {}

  /// The file as it is, for Keycloak to import.
  public static byte[] bytes() {
    return resource("realm.json");
  }

  /// Throws `IllegalArgumentException` for a value that would break the file.
  public static void check(Map<String, String> values) {
    values.forEach((name, value) -> {
      if (!PLAIN.matcher(value).matches()) {
        throw new IllegalArgumentException(
            name + " must be neither empty nor contain quotes, backslashes, $ or line ends");
      }
    });
  }

  /// The realm with every placeholder filled in.
  static ObjectNode filled(Map<String, String> values) {
    return (ObjectNode) fill(AdminApi.JSON.readTree(bytes()), values);
  }

  private static JsonNode fill(JsonNode node, Map<String, String> values) {
    if (node instanceof ObjectNode object) {
      ObjectNode result = AdminApi.JSON.createObjectNode();
      object.properties().forEach(one -> result.set(one.getKey(), fill(one.getValue(), values)));
      return result;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode result = AdminApi.JSON.createArrayNode();
      array.forEach(one -> result.add(fill(one, values)));
      return result;
    }
    if (!node.isString()) return node;
    return AdminApi.JSON
        .getNodeFactory()
        .stringNode(
            PLACEHOLDER
                .matcher(node.asString())
                .replaceAll(match ->
                    Matcher.quoteReplacement(
                        Objects.requireNonNull(values.get(match.group(1)), match.group(1)))));
  }

  static byte[] resource(String name) {
    try (InputStream in = RealmFile.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException("could not read " + name, failure);
    }
  }
}
