package io.cardloom.publishing.publication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.ProblemDetail;
import io.cardloom.proto.common.v1.WriteStatus;
import io.cardloom.proto.publishing.v1.ApiVersionState;
import io.cardloom.proto.publishing.v1.CreateApiVersionRequest;
import io.cardloom.proto.publishing.v1.UpdateApiVersionRequest;
import io.cardloom.publishing.FakeCards;
import io.cardloom.publishing.Parts;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/publishing"})
final class ApiVersionStatesTest {

  private static UpdateApiVersionRequest.Builder to(String state) {
    return UpdateApiVersionRequest.newBuilder()
        .setApiVersionId("shop.v1")
        .setState(ApiVersionState.valueOf("API_VERSION_STATE_" + state));
  }

  private static ProblemDetail refused(Parts parts, UpdateApiVersionRequest.Builder request) {
    return catchThrowableOfType(
            ProblemException.class, () -> parts.updateApiVersion.run(parts.acme, request.build()))
        .problem()
        .toPb();
  }

  private static WriteStatus done(Parts parts, UpdateApiVersionRequest.Builder request) {
    return parts.updateApiVersion.run(parts.acme, request.build()).getOutcome().getStatus();
  }

  /// The whole table of states in one schema: each line the state before, the wish, what comes of
  /// it.
  @Test
  void statesGoFromNewToActiveToStoppedAndNowhereElse(Db db) {
    try (var parts = new Parts(db)) {
      parts.destination().version();

      assertThat(refused(parts, to("ACTIVE")).getMessage()).contains("at least one endpoint");
      parts.endpoint("shop.v1");
      assertThat(done(parts, to("NEW"))).isEqualTo(WriteStatus.WRITE_STATUS_UNCHANGED);
      assertThat(refused(parts, to("STOPPED")).getFactsMap())
          .containsEntry("state", "NEW")
          .containsEntry("needed", "ACTIVE");
      assertThat(done(parts, to("ACTIVE").setDryRun(true)))
          .isEqualTo(WriteStatus.WRITE_STATUS_VALIDATED);

      assertThat(done(parts, to("ACTIVE"))).isEqualTo(WriteStatus.WRITE_STATUS_APPLIED);
      assertThat(done(parts, to("ACTIVE"))).isEqualTo(WriteStatus.WRITE_STATUS_UNCHANGED);
      var back = refused(parts, to("NEW"));
      assertThat(back.getCode()).isEqualTo("conflict");
      assertThat(back.getNext(0).getTool()).isEqualTo("create_api_version");
      assertThat(back.getNext(0).getArguments().getUtf8().toStringUtf8())
          .isEqualTo("{\"destinationId\":\"shop\",\"copyFrom\":\"shop.v1\"}");

      var confirm = refused(parts, to("STOPPED").setDescription("the \"end\""));
      assertThat(confirm.getCode()).isEqualTo("confirmation_required");
      assertThat(confirm.getFactsMap())
          .containsEntry("endpoints", "1")
          .containsEntry("rows", "0")
          .containsEntry("urls", "http://shop.example/acme/shop/v1/products");
      assertThat(confirm.getNext(0).getArguments().getUtf8().toStringUtf8())
          .isEqualTo(
              "{\"apiVersionId\":\"shop.v1\",\"state\":\"STOPPED\",\"confirm\":true,"
                  + "\"description\":\"the \\\"end\\\"\"}");
      assertThat(done(parts, to("STOPPED").setDryRun(true)))
          .isEqualTo(WriteStatus.WRITE_STATUS_VALIDATED);
      assertThat(done(parts, to("STOPPED").setConfirm(true)))
          .isEqualTo(WriteStatus.WRITE_STATUS_APPLIED);

      assertThat(done(parts, to("STOPPED"))).isEqualTo(WriteStatus.WRITE_STATUS_UNCHANGED);
      assertThat(refused(parts, to("ACTIVE")).getFactsMap())
          .containsEntry("state", "STOPPED")
          .containsEntry("needed", "NEW");
      assertThat(refused(parts, to("NEW")).getFactsMap()).containsEntry("state", "STOPPED");
    }
  }

  @Test
  void anOldVersionNumberIsRefusedAndADescriptionCountsUp(Db db) {
    try (var parts = new Parts(db)) {
      parts.destination().version();
      var request = UpdateApiVersionRequest.newBuilder().setApiVersionId("shop.v1");
      var first =
          parts.updateApiVersion.run(
              parts.acme, request.setDescription("a").setExpectedVersion(1).build());
      assertThat(first.getApiVersion().getVersion()).isEqualTo(2);
      assertThat(first.getApiVersion().getState()).isEqualTo(ApiVersionState.API_VERSION_STATE_NEW);

      var stale = refused(parts, request.setDescription("b"));
      assertThat(stale.getFactsMap())
          .containsEntry("expectedVersion", "1")
          .containsEntry("foundVersion", "2");
    }
  }

  @Test
  void aFourthActiveVersionIsRefusedNamingTheThree(Db db) {
    try (var parts = new Parts(db)) {
      parts.destination();
      for (int n = 1; n <= 3; n++) {
        parts.version().endpoint("shop.v" + n).activate("shop.v" + n);
      }
      var fourth =
          parts.createApiVersion.run(
              parts.acme,
              CreateApiVersionRequest.newBuilder()
                  .setDestinationId("shop")
                  .setCopyFrom("shop.v3")
                  .build());
      assertThat(fourth.getOutcome().getWarnings(0)).contains("Three versions of shop are active");
      assertThat(fourth.getEndpointsList())
          .singleElement()
          .satisfies(copy -> {
            assertThat(copy.getId()).isEqualTo("shop.v4.products");
            assertThat(copy.getUrl()).isEqualTo("http://shop.example/acme/shop/v4/products");
            assertThat(copy.getPropertiesCount()).isEqualTo(7);
          });

      var refused = refused(parts, to("ACTIVE").setApiVersionId("shop.v4"));
      assertThat(refused.getMessage()).contains("shop.v1, shop.v2, shop.v3");
      assertThat(refused.getNextList()).hasSize(3);

      parts.stop("shop.v2").activate("shop.v4");
      assertThat(parts.rows("v4", "products")).isEmpty();
    }
  }

  @Test
  void stoppingTakesRowsQueueAndFillingWithIt(Db db) {
    try (var parts = new Parts(db)) {
      parts.served();
      parts.hear(
          FakeCards.card("acme", "a", 1, "{\"brand\":\"Acme\"}"),
          FakeCards.card("acme", "bad", 1, "not json"));
      assertThat(parts.rows("v1", "products")).containsOnlyKeys("a");

      parts.stop("shop.v1");
      parts.hear(FakeCards.card("acme", "a", 2, "{\"brand\":\"Late\"}"));

      for (String table : new String[] {"queue_item", "backfill"}) {
        long left =
            db.<Long>inTx(
                "acme",
                tx ->
                    tx.one("SELECT count(*) AS n FROM " + table, row -> row.column("n").getLong())
                        .orElseThrow());
        assertThat(left).as(table).isZero();
      }
      var gone = catchThrowableOfType(ProblemException.class, () -> parts.rows("v1", "products"));
      assertThat(gone.problem().toPb().getFactsMap()).containsEntry("state", "STOPPED");
    }
  }
}
