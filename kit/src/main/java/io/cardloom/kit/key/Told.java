package io.cardloom.kit.key;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.key.IssueKey.Issued;
import io.cardloom.kit.problem.Next;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.Application;
import io.cardloom.proto.common.v1.WriteOutcome;
import io.cardloom.proto.common.v1.WriteStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What answers about applications have in common: outcomes, the calls that lead on, and whether a
/// key's text belongs into one.
final class Told {
  static final String AGAIN =
      "This call was made before, and the key was in that answer only. Where it got lost, another"
          + " key takes its place.";

  private Told() {}

  /// Whether the answer is the first one to its call, so that the key issued meanwhile is the one
  /// it tells of. One that was issued in vain, by a try that was taken back, is in no answer.
  static boolean first(Application answered, @Nullable Issued issued) {
    return issued != null
        && answered.getKeysList().stream().anyMatch(key -> key.getId().equals(issued.key().id()));
  }

  static WriteOutcome outcome(
      WriteStatus status, long version, Caller caller, List<String> warnings, List<Next> next) {
    return WriteOutcome.newBuilder()
        .setStatus(status)
        .setVersion(version)
        .setCorrelationId(caller.correlationId())
        .addAllWarnings(warnings)
        .addAllNext(next.stream().map(Next::toPb).toList())
        .build();
  }

  /// To an answer that is given once more.
  static WriteOutcome again(WriteOutcome outcome, Api api, String applicationId) {
    return outcome.toBuilder()
        .addWarnings(AGAIN)
        .addNext(rotate(api, applicationId, "It makes a key and shows it.").toPb())
        .build();
  }

  static Next list(Api api, String why) {
    return new Next("list_applications", "{\"api\":\"" + word(api) + "\"}", why);
  }

  /// Ids of applications hold nothing that JSON would escape.
  static Next rotate(Api api, String applicationId, String why) {
    return new Next(
        "rotate_application_key",
        "{\"api\":\"" + word(api) + "\",\"applicationId\":\"" + applicationId + "\"}",
        why);
  }

  static Next revoke(Api api, String applicationId, String keyId, String why) {
    return new Next(
        "revoke_application_key",
        "{\"api\":\""
            + word(api)
            + "\",\"applicationId\":\""
            + applicationId
            + "\",\"keyId\":\""
            + keyId
            + "\"}",
        why);
  }

  static String word(Api api) {
    return api.name().substring("API_".length());
  }
}
