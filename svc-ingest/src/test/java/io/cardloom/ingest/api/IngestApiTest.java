package io.cardloom.ingest.api;

import static io.cardloom.ingest.api.RunningIngest.ONE;
import static io.cardloom.ingest.api.RunningIngest.WAIT;
import static io.cardloom.ingest.api.RunningIngest.json;
import static io.cardloom.ingest.api.RunningIngest.together;
import static io.cardloom.ingest.api.RunningIngest.violations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cardloom.ingest.TestIngest;
import io.cardloom.kit.key.KeyTexts;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.testing.TestWorkspaces;
import io.cardloom.kit.workspace.Workspaces;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.RevokeApplicationKeyRequest;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The Ingest API of the running service, of which there are two instances. Each test has a
/// workspace of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IngestApiTest {
  /// An instance may have looked just before, and the machine may be slow.
  private static final Duration FORGOTTEN = Workspaces.REMEMBERED.plusSeconds(2);

  private RunningIngest ingest;

  @BeforeAll
  void start() {
    ingest = new RunningIngest();
  }

  @AfterAll
  void stop() {
    ingest.close();
  }

  @Test
  void anImportIsStoredWhenItIsAnswered() {
    String key = ingest.key("plain", "s");
    var first = json(ingest.post(key, ONE), 200);
    assertThat(first.get("created").asInt()).isEqualTo(1);
    assertThat(first.get("acceptedEntryCount").asInt()).isEqualTo(1);
    assertThat(first.get("correlationId").asString()).hasSize(36);
    assertThat(ingest.entries("plain")).containsExactly("a {\"name\":\"Desk\"}");
    var again = json(ingest.post(key, ONE), 200);
    assertThat(again.get("unchanged").asInt()).isEqualTo(1);
    assertThat(again.get("correlationId")).isNotEqualTo(first.get("correlationId"));

    String lines =
        "{\"id\":\"a\",\"delete\":true}\n\n{\"id\":\"b\",\"values\":{\"price\":1.50,\"colour\":\"red\"}}\r\n";
    var lined = json(ingest.postLines(key, "?unknownProperties=INFER", lines), 200);
    assertThat(lined.get("created").asInt()).isEqualTo(1);
    assertThat(lined.get("deleted").asInt()).isEqualTo(1);
    assertThat(lined.get("newPropertiesFound").toString())
        .isEqualTo("[{\"id\":\"colour\",\"type\":\"TEXT\"}]");
    assertThat(ingest.entries("plain")).containsExactly("b {\"colour\":\"red\",\"price\":1.5}");

    var dry = json(ingest.postLines(key, "?dryRun=true", "{\"id\":\"c\"}"), 200);
    assertThat(dry.get("dryRun").asBoolean()).isTrue();
    assertThat(dry.get("created").asInt()).isEqualTo(1);
    assertThat(ingest.entries("plain")).hasSize(1);
    assertThat(
            ingest.rows(
                "SELECT DISTINCT author AS line FROM "
                    + TestIngest.VERSIONS
                    + " WHERE tenant = 'plain'"))
        .containsExactly("application:erp");
  }

  @Test
  void theKeysOfAnArchivedWorkspaceAreUnknown() {
    String key = ingest.key("gone", "s");
    String unknown = KeyTexts.in("live", key);
    TestWorkspaces.provision(ingest.service, "live");
    for (Service instance : List.of(ingest.service, ingest.second)) {
      json(ingest.send(ingest.postingTo(instance, key)), 200);
    }
    TestWorkspaces.archive(ingest.service, "gone");
    long archived = System.nanoTime();
    for (Service instance : List.of(ingest.service, ingest.second)) {
      await()
          .atMost(WAIT)
          .until(() -> ingest.send(ingest.postingTo(instance, key)).statusCode() != 200);
      assertThat(Duration.ofNanos(System.nanoTime() - archived)).isLessThan(FORGOTTEN);
      assertThat(told(ingest.postingTo(instance, key)))
          .startsWith("401 ")
          .isEqualTo(told(ingest.postingTo(instance, unknown)));
      assertThat(
              told(ingest.to(instance, "/v1/imports/x").header("Authorization", "Bearer " + key)))
          .isEqualTo(
              told(
                  ingest
                      .to(instance, "/v1/imports/x")
                      .header("Authorization", "Bearer " + unknown)));
    }
    TestWorkspaces.provision(ingest.service, "gone");
    json(ingest.post(key, ONE), 200);
  }

  private String told(HttpRequest.Builder request) {
    var answer = ingest.send(request);
    var headers = new TreeMap<>(answer.headers().map());
    headers.remove("date");
    return answer.statusCode() + " " + headers + " " + answer.body();
  }

  @Test
  void aLargeImportGoesOnInTheBackground() {
    String key = ingest.key("large", "s");
    String lines =
        IntStream.range(0, 2_500)
            .mapToObj(i -> "{\"id\":\"e" + i + "\",\"values\":{\"price\":" + i + "}}")
            .collect(Collectors.joining("\n"));
    var accepted = ingest.postLines(key, "", lines);
    var begun = json(accepted, 202);
    assertThat(begun.get("total").asInt()).isEqualTo(2_500);
    String location = accepted.headers().firstValue("Location").orElseThrow();
    assertThat(location).isEqualTo("/v1/imports/" + begun.get("importId").asString());
    await()
        .atMost(WAIT)
        .until(() -> ingest.state(key, location).get("state").asString().equals("COMPLETED"));
    assertThat(ingest.state(key, location).get("created").asInt()).isEqualTo(2_500);

    String other = ingest.key("large", "other", List.of("t"));
    var foreign =
        ingest.send(ingest.to(ingest.service, location).header("Authorization", "Bearer " + other));
    var unknown =
        ingest.send(
            ingest
                .to(ingest.service, "/v1/imports/none")
                .header("Authorization", "Bearer " + other));
    assertThat(json(foreign, 404).get("code")).isEqualTo(json(unknown, 404).get("code"));

    String broken = lines.replace("\"e2000\"", "\"e 2000\"") + "\n{\"id\":\"e1\"}";
    assertThat(violations(ingest.postLines(key, "", broken)))
        .containsExactly("entries[2000].id bad_key", "entries[2500].id duplicate_key");
    assertThat(violations(ingest.postLines(key, "?dryRun=true", lines)))
        .containsExactly("dryRun too_many");
  }

  @Test
  void oneViolationRefusesAllAndEveryOneIsTold() {
    String key = ingest.key("rules", "s");
    var refused =
        ingest.post(
            key,
            "{\"entries\":[{\"id\":\"a\",\"values\":{\"name\":\"x\"}},{\"id\":\"b c\",\"values\":{\"nam\":1}},"
                + "{\"id\":\"d\",\"values\":{\"price\":\"1\"}}]}");
    assertThat(violations(refused))
        .containsExactly(
            "entries[1].id bad_key",
            "entries[1].values.nam unknown_property",
            "entries[2].values.price wrong_type");
    var body = json(refused, 400);
    assertThat(body.get("code").asString()).isEqualTo("validation_failed");
    assertThat(body.get("detail").asString()).isEqualTo("3 rules are broken; nothing was stored.");
    assertThat(body.get("violations").get(1).get("didYouMean").asString()).isEqualTo("name");
    assertThat(body.get("correlationId").asString()).hasSize(36);
    assertThat(ingest.entries("rules")).isEmpty();
    assertThat(violations(ingest.post(key, "{\"entries\":[{\"id\":\"a\"")))
        .containsExactly(" bad_json");
    assertThat(violations(ingest.post(key, ""))).containsExactly(" bad_json");
    assertThat(violations(ingest.postLines(key, "", ""))).containsExactly("entries required");
  }

  @Test
  void whoMayNotIsToldWhyAndNoMore() {
    String key = ingest.key("doors", "s");
    String all = ingest.key("doors", "all", List.of("*"));
    String foreign = ingest.key("doors2", "s");
    String path = "/v1/sources/s/entries";
    var none = ingest.send(ingest.to(ingest.service, path).POST(BodyPublishers.ofString(ONE)));
    assertThat(json(none, 401).get("code").asString()).isEqualTo("unauthenticated");
    assertThat(none.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"cardloom\"");
    String[] wrong = {
      "Bearer " + key.substring(0, key.length() - 1),
      "Bearer eyJhbGciOiJub25lIn0.e30.",
      "Bearer " + key.replace("cl_ing_doors_", "cl_ing_doors2_"),
      "Bearer",
      "Bearer '; DROP TABLE application_key; --",
    };
    for (String authorization : wrong) {
      var refused =
          ingest.send(
              ingest
                  .to(ingest.service, path)
                  .header("Authorization", authorization)
                  .POST(BodyPublishers.ofString(ONE)));
      json(refused, 401);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
          .as(authorization)
          .startsWith("Bearer realm=\"cardloom\"");
    }
    var there = ingest.send(ingest.posting(key, "/v1/sources/t/entries", ONE));
    var nowhere = ingest.send(ingest.posting(key, "/v1/sources/nope/entries", ONE));
    assertThat(json(there, 403)).isEqualTo(json(nowhere, 403));
    assertThat(
            json(ingest.send(ingest.posting(all, "/v1/sources/sx/entries", ONE)), 404)
                .get("detail")
                .asString())
        .isEqualTo("There is no data source sx. Did you mean s?");
    json(ingest.post(foreign, ONE), 200);
    assertThat(ingest.entries("doors")).as("a key writes to its own workspace").isEmpty();
    assertThat(ingest.entries("doors2")).hasSize(1);

    var get = ingest.send(ingest.to(ingest.service, path).header("Authorization", "Bearer " + key));
    assertThat(json(get, 405).get("detail").asString()).isEqualTo("Use POST.");
    assertThat(get.headers().firstValue("Allow")).hasValue("POST");
    assertThat(ingest.send(ingest.posting(key, "/v1/sources/s", ONE)).statusCode()).isEqualTo(404);
  }

  @Test
  void aRevokedKeyIsRefusedByBothInstancesAtOnce() {
    String key = ingest.key("revoke", "s");
    for (Service instance : List.of(ingest.service, ingest.second)) {
      json(ingest.send(ingest.postingTo(instance, key)), 200);
    }
    var _ =
        ingest
            .applications("revoke")
            .revokeApplicationKey(
                RevokeApplicationKeyRequest.newBuilder()
                    .setApi(Api.API_INGEST)
                    .setApplicationId("erp")
                    .build());
    for (Service instance : List.of(ingest.service, ingest.second)) {
      var refused = ingest.send(ingest.postingTo(instance, key));
      assertThat(json(refused, 401).get("detail").asString())
          .startsWith("This key is not good here: the key was revoked at 20");
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
          .contains("error=\"invalid_token\"");
    }
  }

  @Test
  void otherKindsOfBodiesAreRefused() {
    String key = ingest.key("types", "s");
    String[][] headers = {
      {"Content-Type", "text/csv"},
      {"Content-Type", "application/x-www-form-urlencoded"},
      {"Content-Type", "application/json; charset=iso-8859-1"},
      {"Content-Type", "nonsense"},
    };
    for (String[] header : headers) {
      var refused =
          ingest.send(
              ingest.posting(key, "/v1/sources/s/entries", ONE).setHeader(header[0], header[1]));
      json(refused, 415);
      assertThat(refused.headers().firstValue("Accept-Post"))
          .hasValue("application/json, application/x-ndjson");
    }
    var squeezed =
        ingest.send(
            ingest.posting(key, "/v1/sources/s/entries", ONE).header("Content-Encoding", "gzip"));
    assertThat(squeezed.statusCode()).isEqualTo(400);
    json(
        ingest.send(
            ingest
                .posting(key, "/v1/sources/s/entries", ONE)
                .setHeader("Content-Type", "application/json; charset=UTF-8")),
        200);
    assertThat(
            violations(ingest.send(ingest.posting(key, "/v1/sources/s/entries?dryrun=true", ONE))))
        .containsExactly("dryrun unknown_parameter");
  }

  @Test
  void aBodyHasABound() throws IOException {
    String key = ingest.key("sizes", "s");
    String path = "/v1/sources/s/entries";
    var announced = ingest.raw(key, path, "Content-Length: " + (Bodies.BYTES_MAX + 1) + "\r\n\r\n");
    assertThat(announced).startsWith("HTTP/1.1 413").contains("\"code\":\"too_large\"");
    var shorter = ingest.raw(key, path, "Content-Length: 50\r\n\r\n{\"entries\":", true);
    assertThat(shorter).startsWith("HTTP/1.1 400");
    byte[] block = new byte[1 << 20];
    java.util.Arrays.fill(block, (byte) ' ');
    var chunked =
        ingest
            .posting(key, path, "")
            .POST(BodyPublishers.ofByteArrays(java.util.Collections.nCopies(21, block)));
    // A client that is still writing when the answer comes may only see that the connection ends.
    try {
      assertThat(
              ingest.http.send(chunked.build(), HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(413);
    } catch (IOException cutOff) {
      assertThat(cutOff).hasMessageMatching(".*(reset|closed|EOF|Broken pipe).*");
    } catch (InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
    var full = new StringBuilder(ONE);
    full.append(" ".repeat(Bodies.BYTES_MAX - ONE.length()));
    json(ingest.post(key, full.toString()), 200);
  }

  @Test
  void aKeyHasARate() throws Exception {
    String key = ingest.key("rate", "s");
    String other = ingest.key("rate", "other", List.of("s"));
    long began = System.nanoTime();
    var answers = together(400, () -> ingest.post(key, ONE));
    double seconds = (System.nanoTime() - began) / 1e9;
    var refused = answers.stream().filter(answer -> answer.statusCode() == 429).toList();
    var taken = answers.stream().filter(answer -> answer.statusCode() == 200).toList();
    assertThat(refused).isNotEmpty();
    assertThat(taken).hasSize(400 - refused.size());
    // What a key has saved up, and what came anew meanwhile: as many as the machine took time.
    int rate = RunningIngest.KEY_RATE;
    assertThat(taken).hasSizeBetween(2 * rate, 2 * rate + (int) Math.ceil(rate * seconds));
    assertThat(json(refused.getFirst(), 429).get("code").asString()).isEqualTo("rate_limited");
    assertThat(refused.getFirst().headers().firstValue("Retry-After")).hasValue("1");
    json(ingest.post(other, ONE), 200);
  }

  @Test
  void aRepeatWithItsKeyChangesNothing() throws Exception {
    String key = ingest.key("repeat", "s");
    String other = ingest.key("repeat", "other", List.of("s"));
    var request =
        ingest.posting(key, "/v1/sources/s/entries", ONE).header("Idempotency-Key", "order-1");
    var first = json(ingest.send(request), 200);
    json(ingest.post(other, ONE.replace("Desk", "Table")), 200);
    assertThat(json(ingest.send(request), 200)).isEqualTo(first);
    assertThat(ingest.entries("repeat"))
        .as("the repeat does not undo what came after")
        .containsExactly("a {\"name\":\"Table\"}");
    assertThat(
            violations(
                ingest.send(
                    ingest
                        .posting(key, "/v1/sources/s/entries", ONE.replace("Desk", "Chair"))
                        .header("Idempotency-Key", "order-1"))))
        .containsExactly("idempotencyKey key_reused");
    json(
        ingest.send(
            ingest
                .posting(other, "/v1/sources/s/entries", ONE)
                .header("Idempotency-Key", "order-1")),
        200);
    assertThat(ingest.entries("repeat")).containsExactly("a {\"name\":\"Desk\"}");
    json(
        ingest.send(
            ingest
                .posting(key, "/v1/sources/s/entries", ONE)
                .header("Idempotency-Key", "x".repeat(129))),
        400);

    String body = ONE.replace("\"a\"", "\"once\"");
    var together =
        together(
            5,
            () ->
                json(
                    ingest.send(
                        ingest
                            .posting(key, "/v1/sources/s/entries", body)
                            .header("Idempotency-Key", "at-once")),
                    200));
    assertThat(together.stream().distinct()).hasSize(1);
    assertThat(together.getFirst().get("created").asInt()).isEqualTo(1);

    String lines =
        IntStream.range(0, 1_100)
            .mapToObj(i -> "{\"id\":\"l" + i + "\"}")
            .collect(Collectors.joining("\n"));
    var large =
        ingest
            .posting(key, "/v1/sources/s/entries", lines)
            .setHeader("Content-Type", "application/x-ndjson")
            .header("Idempotency-Key", "large");
    assertThat(json(ingest.send(large), 202).get("importId"))
        .isEqualTo(json(ingest.send(large), 202).get("importId"));
  }

  @Test
  void everyImportIsInTheAuditLog() {
    String key = ingest.key("audit", "s");
    var stored = json(ingest.post(key, ONE), 200);
    json(ingest.post(key, "{}"), 400);
    json(ingest.send(ingest.posting(key, "/v1/sources/t/entries", ONE)), 403);
    json(ingest.send(ingest.posting(key, "/v1/sources/t/entries", ONE)), 403);
    var told = ingest.told("audit", 3);
    assertThat(told)
        .extracting(one -> one.getOutcome() + " " + one.getRefused())
        .containsExactly("ok false", "validation_failed false", "forbidden true");
    assertThat(told.getFirst().getCorrelationId())
        .isEqualTo(stored.get("correlationId").asString());
    assertThat(told.getFirst().getArguments().toStringUtf8())
        .isEqualTo("{\"sourceId\":\"s\",\"entries\":\"1 item\"}");
  }

  @Test
  void manyProgramsAtOnceLoseNothing() throws Exception {
    String key = ingest.key("many", "s");
    var number = new java.util.concurrent.atomic.AtomicInteger();
    var answers =
        together(
            40,
            () -> {
              int from = number.getAndAdd(10);
              String lines =
                  IntStream.range(from, from + 10)
                      .mapToObj(i -> "{\"id\":\"e%03d\",\"values\":{\"price\":%d}}".formatted(i, i))
                      .collect(Collectors.joining("\n"));
              return ingest.postLines(key, "", lines);
            });
    assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
    assertThat(
            ingest.rows(
                "SELECT count(*) || ' ' || max(version) AS line FROM entry WHERE tenant = 'many'"))
        .containsExactly("400 1");
  }
}
