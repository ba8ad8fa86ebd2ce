package io.cardloom.kit.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.Application;
import io.cardloom.proto.application.v1.ApplicationKey;
import io.cardloom.proto.application.v1.CreateApplicationRequest;
import io.cardloom.proto.application.v1.KeyState;
import io.cardloom.proto.application.v1.RotateApplicationKeyRequest;
import io.cardloom.proto.common.v1.WriteStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/// The life of applications and their keys, on the real PostgreSQL.
@FreshSchema({"db/kit", "db/key"})
final class ApplicationsTest {
  private static final Caller ADMIN = TestKeys.everything("acme");

  /// What a key comes to, in a word or two: what it opens, or why it opens nothing.
  private static String checked(TestApplications at, String... authorization) {
    return switch (at.check(authorization)) {
      case Shown.Nothing() -> "nothing";
      case Shown.Bad(var reason, _) -> reason;
      case Shown.Good(var grant) -> grant.tenant() + " " + grant.resourceIds();
    };
  }

  private static String bearer(KeyText key) {
    return "Bearer " + key.text();
  }

  private static Problem refused(Callable<?> call) throws Exception {
    try {
      call.call();
    } catch (ProblemException refused) {
      return refused.problem();
    }
    return org.assertj.core.api.Assertions.fail("nothing was refused");
  }

  @Test
  void aKeyOpensWhatItWasMadeForUntilItEnds(Db db) {
    var here = new TestApplications(db);
    String text = here.create("erp", "products", "prices").getKey();
    var key = KeyText.parse(text).orElseThrow();
    assertThat(checked(here, "Bearer " + text)).isEqualTo("acme [products, prices]");
    assertThat(checked(here, "bearer  " + text + " ")).isEqualTo("acme [products, prices]");
    String unknown = "the key is not good here";
    String[][] table = {
      {"nothing"},
      {"nothing", "Basic dXNlcjpwYXNz"},
      {"this is no key of an application", "Bearer eyJhbGciOi.x.y"},
      {"there is more than one key", "Bearer " + text, "Bearer " + text},
      {"the key is cut short or mistyped", "Bearer " + text.substring(0, text.length() - 1)},
      {"the key is cut short or mistyped", "Bearer cl_"},
      {"the key is for another API", bearer(new KeyText("dst", "acme", key.id(), key.secret()))},
      {unknown, bearer(new KeyText("ing", "acme", key.id(), "0".repeat(43)))},
      {unknown, bearer(new KeyText("ing", "acme", "0".repeat(12), key.secret()))},
      {unknown, bearer(new KeyText("ing", "other", key.id(), key.secret()))},
    };
    for (String[] line : table) {
      String[] headers = java.util.Arrays.copyOfRange(line, 1, line.length);
      assertThat(checked(here, headers)).as(String.join(" | ", headers)).isEqualTo(line[0]);
    }
    var elsewhere =
        db.inTx("other", tx -> here.applications.check().check(tx, "other", List.of(bearer(key))));
    assertThat(elsewhere).isEqualTo(new Shown.Bad(unknown));

    here.clock.forward(Duration.ofDays(90).minusSeconds(1));
    assertThat(checked(here, "Bearer " + text)).isEqualTo("acme [products, prices]");
    here.clock.forward(Duration.ofSeconds(1));
    assertThat(checked(here, "Bearer " + text)).startsWith("the key ended at 2026-");
    assertThat(here.list("").getFirst().getKeys(0).getState())
        .isEqualTo(KeyState.KEY_STATE_EXPIRED);
  }

  @Test
  void aRevokeIsHeardAtOnceByEveryInstance(Db db) {
    var here = new TestApplications(db);
    try (var other = Db.open(TestServers.again(db), "db/kit", "db/key")) {
      var there = new TestApplications(other);
      String text = "Bearer " + here.create("erp", "products").getKey();
      for (int i = 0; i < 3; i++) {
        assertThat(checked(there, text)).isEqualTo("acme [products]");
      }
      String keyId = here.list("").getFirst().getKeys(0).getId();
      var revoked = here.revoke("erp", keyId);
      assertThat(revoked.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_APPLIED);
      assertThat(revoked.getOutcome().getNext(0).getTool()).isEqualTo("rotate_application_key");
      assertThat(checked(there, text)).startsWith("the key was revoked at ");
      assertThat(checked(here, text)).startsWith("the key was revoked at ");
      var again = here.revoke("erp", keyId).getOutcome();
      assertThat(again.getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_UNCHANGED);
      assertThat(again.getVersion()).isEqualTo(revoked.getOutcome().getVersion());
    }
  }

  @Test
  void aProgramChangesOverFromOneKeyToTheNext(Db db) throws Exception {
    var here = new TestApplications(db);
    String first = here.create("erp", "*").getKey();
    here.clock.forward(Duration.ofDays(80));
    var rotated = here.rotate("erp");
    assertThat(checked(here, "Bearer " + first)).isEqualTo("acme [*]");
    assertThat(checked(here, "Bearer " + rotated.getKey())).isEqualTo("acme [*]");
    assertThat(rotated.getApplication().getKeysList())
        .extracting(ApplicationKey::getState)
        .containsExactly(KeyState.KEY_STATE_ACTIVE, KeyState.KEY_STATE_ACTIVE);
    String oldId = KeyText.parse(first).orElseThrow().id();
    assertThat(rotated.getOutcome().getNext(0).getArguments().getUtf8().toStringUtf8())
        .isEqualTo("{\"api\":\"INGEST\",\"applicationId\":\"erp\",\"keyId\":\"" + oldId + "\"}");

    assertThat(refused(() -> here.rotate("erp")))
        .isInstanceOfSatisfying(
            Problem.WrongState.class,
            third -> {
              assertThat(third.state()).isEqualTo("at two active keys");
              assertThat(third.next()).hasSize(2);
              assertThat(third.next().getFirst().argumentsJson()).contains(oldId);
            });
    here.revoke("erp", oldId);
    assertThat(checked(here, "Bearer " + first)).startsWith("the key was revoked");
    assertThat(checked(here, "Bearer " + rotated.getKey())).isEqualTo("acme [*]");
    here.clock.forward(Duration.ofDays(89));
    String third = here.rotate("erp").getKey();
    here.clock.forward(Duration.ofDays(1));
    assertThat(checked(here, "Bearer " + rotated.getKey())).startsWith("the key ended");
    assertThat(checked(here, "Bearer " + third)).as("one that ended makes room").startsWith("acme");
    assertThat(here.rotate("erp").getKey()).isNotEmpty();
  }

  @Test
  void ofEndedKeysTheLastFewAreListed(Db db) {
    var here = new TestApplications(db);
    here.create("erp", "*");
    for (int i = 0; i < 10; i++) {
      here.revoke("erp", here.list("").getFirst().getKeys(0).getId());
      here.clock.forward(Duration.ofDays(1));
      here.rotate("erp");
    }
    assertThat(here.list("").getFirst().getKeysList())
        .extracting(ApplicationKey::getState)
        .startsWith(KeyState.KEY_STATE_ACTIVE)
        .hasSize(1 + io.cardloom.kit.key.Application.ENDED_KEYS_MAX);
    assertThat(here.list("").getFirst().getVersion()).isEqualTo(21);
  }

  @Test
  void aRevokedApplicationIsOverForGood(Db db) throws Exception {
    var here = new TestApplications(db);
    String first = here.create("erp", "*").getKey();
    String second = here.rotate("erp").getKey();
    here.create("crm", "*");
    assertThat(here.revokeDry("erp").getOutcome().getStatus())
        .isEqualTo(WriteStatus.WRITE_STATUS_VALIDATED);
    assertThat(checked(here, "Bearer " + second)).isEqualTo("acme [*]");
    var revoked = here.revoke("erp", "").getApplication();
    assertThat(revoked.getRevokedAt()).isNotEmpty();
    for (String text : List.of(first, second)) {
      assertThat(checked(here, "Bearer " + text)).startsWith("the key was revoked");
    }
    assertThat(here.list("")).extracting(Application::getId).containsExactly("crm");
    assertThat(here.listAll()).extracting(Application::getId).containsExactly("crm", "erp");
    assertThat(refused(() -> here.rotate("erp")))
        .isInstanceOfSatisfying(
            Problem.WrongState.class,
            over -> assertThat(over.state()).isEqualTo("revoked for good"));
    assertThat(refused(() -> here.create("erp", "*"))).isInstanceOf(Problem.AlreadyExists.class);
    here.clock.forward(Duration.ofDays(91));
    here.create("new", "*");
    assertThat(here.listAll()).extracting(Application::getId).containsExactly("crm", "new");
  }

  @Test
  void aRepeatedCallDoesNotTellTheKeyAgain(Db db) {
    var here = new TestApplications(db);
    var request = TestApplications.creating("erp", "*").setIdempotencyKey("one").build();
    var first = here.create(request);
    assertThat(first.getKey()).startsWith("cl_ing_acme_");
    assertThat(first.getOutcome().getWarningsList()).isEmpty();
    var second = here.create(request);
    assertThat(second.getKey()).isEmpty();
    assertThat(second.getApplication()).isEqualTo(first.getApplication());
    assertThat(second.getOutcome().getWarningsList()).containsExactly(Told.AGAIN);
    assertThat(second.getOutcome().getNext(0).getTool()).isEqualTo("rotate_application_key");

    var rotate =
        RotateApplicationKeyRequest.newBuilder()
            .setApi(Api.API_INGEST)
            .setApplicationId("erp")
            .setIdempotencyKey("one")
            .build();
    assertThat(here.rotate(rotate).getKey()).isNotEmpty();
    assertThat(here.rotate(rotate).getKey()).isEmpty();
    assertThat(here.list("").getFirst().getKeysCount()).isEqualTo(2);
  }

  /// Answers of calls that begin at one instant; the problem of those that are refused.
  private static <T> List<Object> together(int calls, Callable<T> call) throws Exception {
    var barrier = new CyclicBarrier(calls);
    try (var threads = Executors.newFixedThreadPool(calls)) {
      var futures = new ArrayList<java.util.concurrent.Future<Object>>();
      for (int i = 0; i < calls; i++) {
        futures.add(
            threads.submit(() -> {
              barrier.await();
              try {
                return call.call();
              } catch (ProblemException refused) {
                return refused.problem();
              }
            }));
      }
      var answers = new ArrayList<Object>();
      for (var future : futures) answers.add(future.get());
      return answers;
    }
  }

  @Test
  void callsAtOnceMakeOneKey(Db db) throws Exception {
    var here = new TestApplications(db);
    for (int round = 0; round < 10; round++) {
      String id = "a" + round;
      var request = TestApplications.creating(id, "*").setIdempotencyKey(id).build();
      var told =
          together(3, () -> here.create(request).getKey()).stream()
              .map(Object::toString)
              .filter(text -> !text.isEmpty())
              .toList();
      assertThat(told).as("one answer tells the key").hasSize(1);
      assertThat(checked(here, "Bearer " + told.getFirst())).isEqualTo("acme [*]");

      var rotated = together(3, () -> here.rotate(id).getKey());
      assertThat(rotated.stream().filter(String.class::isInstance)).hasSize(1);
      assertThat(rotated.stream().filter(Problem.WrongState.class::isInstance)).hasSize(2);
      assertThat(here.list(id).getFirst().getKeysList())
          .extracting(ApplicationKey::getState)
          .containsExactly(KeyState.KEY_STATE_ACTIVE, KeyState.KEY_STATE_ACTIVE);
    }
  }

  @Test
  void whatCannotBeMadeIsSaidAtOnce(Db db) throws Exception {
    var here = new TestApplications(db);
    var wrong = TestApplications.creating("erp", "product", "prices", "prices", "Nope").build();
    assertThat(refused(() -> here.create(wrong)))
        .isInstanceOfSatisfying(
            Problem.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .extracting(one -> one.path() + " " + one.rule() + " " + one.didYouMean())
                    .containsExactly(
                        "resourceIds[0] not_found products",
                        "resourceIds[2] duplicate ",
                        "resourceIds[3] not_found "));
    assertThat(refused(() -> here.create("erp", "*", "prices")).message())
        .isEqualTo("Give * alone, or every data source by its id.");
    var dry = TestApplications.creating("erp", "prices").setDryRun(true).build();
    assertThat(here.create(dry).getKey()).isEmpty();
    assertThat(here.listAll()).isEmpty();
    here.create("erp", "prices", "far");
    assertThat(refused(() -> here.create(dry))).isInstanceOf(Problem.AlreadyExists.class);
    assertThat(refused(() -> here.create("erp", "prices")))
        .isInstanceOf(Problem.AlreadyExists.class);
    var other = CreateApplicationRequest.newBuilder(dry).setApi(Api.API_DESTINATION).build();
    assertThat(refused(() -> here.create(other)).message())
        .isEqualTo("svc-test keeps the applications of INGEST.");
    assertThat(refused(() -> here.rotate("erq")).message()).endsWith("Did you mean erp?");
    assertThat(refused(() -> here.revoke("erp", "none"))).isInstanceOf(Problem.NotFound.class);
  }

  @Test
  void aWorkspaceHasSoManyAndSeesItsOwn(Db db) throws Exception {
    var here = new TestApplications(db);
    for (int i = 0; i < CreateApplication.APPLICATIONS_MAX; i++) here.create("a" + i, "*");
    assertThat(refused(() -> here.create("more", "*"))).isInstanceOf(Problem.WrongState.class);
    here.revoke("a7", "");
    here.create("more", "*");
    assertThat(here.list("")).hasSize(CreateApplication.APPLICATIONS_MAX);
    assertThat(here.list("A19")).extracting(Application::getId).contains("a19", "a190").hasSize(11);

    var stranger = here.of("other");
    assertThat(stranger.list("")).isEmpty();
    assertThat(refused(() -> stranger.rotate("a1")).message())
        .isEqualTo("There is no application a1.");
  }

  @Test
  void whenAKeyWasUsedLastIsKept(Db db) {
    var here = new TestApplications(db);
    String text = "Bearer " + here.create("erp", "*").getKey();
    assertThat(here.list("").getFirst().getKeys(0).getLastUsedAt()).isEmpty();
    checked(here, text);
    here.clock.forward(Duration.ofMinutes(5));
    checked(here, text);
    String used = here.clock.instant().toString();
    assertThat(here.applications.uses().write()).isEqualTo(1);
    assertThat(here.applications.uses().write()).isZero();
    assertThat(here.list("").getFirst().getKeys(0).getLastUsedAt()).isEqualTo(used);
    here.applications
        .uses()
        .used(
            "acme",
            KeyText.parse(text.substring(7)).orElseThrow().id(),
            here.clock.instant().minusSeconds(60));
    here.applications.uses().close();
    assertThat(here.list("").getFirst().getKeys(0).getLastUsedAt())
        .as("another instance knows better")
        .isEqualTo(used);
  }

  @Test
  void aKeysTextIsNowhereButInItsAnswer(Db db) {
    var lines = new ArrayList<String>();
    var listener =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            synchronized (lines) {
              lines.add(new SimpleFormatter().format(record));
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    var root = Logger.getLogger("");
    Level before = root.getLevel();
    root.setLevel(Level.ALL);
    root.addHandler(listener);
    var secrets = new ArrayList<String>();
    try {
      var here = new TestApplications(db);
      var request = TestApplications.creating("erp", "*").setIdempotencyKey("k").build();
      secrets.add(here.create(request).getKey());
      here.create(request);
      secrets.add(here.rotate("erp").getKey());
      for (String text : secrets) checked(here, "Bearer " + text);
      here.applications.uses().write();
      here.revoke("erp", "");
      for (String text : secrets) checked(here, "Bearer " + text);
    } finally {
      root.removeHandler(listener);
      root.setLevel(before);
    }
    assertThat(lines).as("the log was listened to").anyMatch(line -> line.contains("application"));
    String stored =
        db.acrossTenants(tx ->
            String.join(
                "\n",
                tx.list(
                    """
                    SELECT cast(t AS text) || encode(t.seal, 'escape') AS line FROM application_key t
                    UNION ALL SELECT cast(t AS text) FROM application t
                    UNION ALL SELECT cast(t AS text) || encode(t.response, 'escape') FROM idempotency t
                    """,
                    row -> row.column("line").getString())));
    assertThat(stored).contains("erp");
    for (String text : secrets) {
      String secret = KeyText.parse(text).orElseThrow().secret();
      assertThat(stored).doesNotContain(secret);
      assertThat(lines).noneMatch(line -> line.contains(secret));
    }
  }

  @Test
  void aSchemaOfBeforeTakesTheTables() {
    var schema = TestServers.freshSchema();
    Db.open(schema, "db/kit", "db/before").close();
    try (var db = Db.open(schema, "db/kit", "db/key", "db/before")) {
      assertThat(new TestApplications(db).create("erp", "*").getKey()).isNotEmpty();
      db.useTx(tx -> tx.asOwner(owner -> owner.execute("DROP SCHEMA " + db.schema() + " CASCADE")));
    }
  }
}
