package io.cardloom.publishing.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.StatementCount;
import io.cardloom.proto.publishing.v1.SearchDestinationDataRequest;
import io.cardloom.proto.publishing.v1.UpdateApiVersionRequest;
import io.cardloom.publishing.Parts;
import org.junit.jupiter.api.Test;

/// Two instances: what one remembers of what is served, the other changes.
@FreshSchema({"db/kit", "db/index", "db/key", "db/publishing"})
final class ServedEndpointsTest {
  private static String servedBy(Parts instance, String version) {
    var request =
        SearchDestinationDataRequest.newBuilder()
            .setDestinationId("shop")
            .setApiVersion(version)
            .setEndpoint("products")
            .build();
    return instance.search.run(instance.acme, request).getRequestAs().getUrl();
  }

  private static boolean isProtected(Db db, Parts instance) {
    var at = new Served.Address("acme", "shop", "v1", "products");
    return db.inTx(
        "acme",
        tx -> {
          var found = instance.served.find(tx, at).orElseThrow();
          instance.served.confirm(tx, found);
          return found.isProtected();
        });
  }

  @Test
  void aSearchIsOneWayToTheDatabase(Db db) throws Exception {
    try (var parts = new Parts(db).served()) {
      servedBy(parts, "v1");
      for (int i = 0; i < 8; i++) {
        assertThat(StatementCount.of(() -> servedBy(parts, "v1")))
            .as("whose it is, page, whether it still is served")
            .isEqualTo(3);
      }
    }
  }

  @Test
  void theNewestVersionIsServedAtOnce(Db db) {
    try (var first = new Parts(db).served();
        var other = new Parts(db)) {
      assertThat(servedBy(first, "")).contains("/v1/");
      other.version().endpoint("shop.v2");
      assertThat(servedBy(first, "")).contains("/v1/");
      other.activate("shop.v2");
      assertThat(servedBy(first, "")).contains("/v2/");
      other.stop("shop.v2");
      assertThat(servedBy(first, "")).contains("/v1/");
      other.stop("shop.v1");
      assertThatThrownBy(() -> servedBy(first, "")).isInstanceOf(ProblemException.class);
      assertThatThrownBy(() -> servedBy(first, "v1")).isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void whoMayReadIsAsTheVersionSaysNow(Db db) {
    try (var first = new Parts(db).served();
        var other = new Parts(db)) {
      for (boolean wanted : new boolean[] {false, true, false}) {
        other.updateApiVersion.run(
            other.acme,
            UpdateApiVersionRequest.newBuilder()
                .setApiVersionId("shop.v1")
                .setProtected(wanted)
                .setConfirm(true)
                .build());
        assertThat(isProtected(db, first)).isEqualTo(wanted);
      }
    }
  }
}
