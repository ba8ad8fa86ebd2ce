package io.cardloom.publishing.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.common.v1.BooleanFilter;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.ProblemDetail;
import io.cardloom.proto.common.v1.TextFilter;
import io.cardloom.proto.common.v1.TimestampFilter;
import io.cardloom.proto.common.v1.Violation;
import io.cardloom.proto.common.v1.WriteStatus;
import io.cardloom.proto.publishing.v1.CreateDestinationRequest;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.proto.publishing.v1.EndpointFacet;
import io.cardloom.proto.publishing.v1.EndpointPropertyInput;
import io.cardloom.publishing.Parts;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@FreshSchema({"db/kit", "db/index", "db/publishing"})
final class CreateEndpointTest {

  private static ProblemDetail refused(Parts parts, CreateEndpointRequest.Builder request) {
    return catchThrowableOfType(
            ProblemException.class, () -> parts.createEndpoint.run(parts.acme, request.build()))
        .problem()
        .toPb();
  }

  private static EndpointPropertyInput property(String identifier, String as) {
    return EndpointPropertyInput.newBuilder().setIdentifier(identifier).setAs(as).build();
  }

  @Test
  void everyViolationIsToldAtOnceWithItsPath(Db db) {
    try (var parts = new Parts(db)) {
      parts.destination().version();
      var request =
          Parts.endpointOf("shop.v1")
              .addProperties(property("brnd", ""))
              .addProperties(property("brand", "id"))
              .addProperties(property("price", "p"))
              .addProperties(property("stock", "p"))
              .addProperties(property("released", ""))
              .addFacets(EndpointFacet.newBuilder().setProperty("price"))
              .addFacets(EndpointFacet.newBuilder().setProperty("released"))
              .addFacets(EndpointFacet.newBuilder().setProperty("p").putHeader("de", "Preis"))
              .addFacets(EndpointFacet.newBuilder().setProperty("p"))
              .addConditions(
                  Filter.newBuilder()
                      .setProperty("color")
                      .setText(TextFilter.newBuilder().setExists(true)))
              .addConditions(
                  Filter.newBuilder()
                      .setProperty("price")
                      .setText(TextFilter.newBuilder().setExists(true)))
              .addConditions(
                  Filter.newBuilder()
                      .setProperty("online")
                      .setLanguage("en")
                      .setBoolean(BooleanFilter.getDefaultInstance()))
              .addConditions(
                  Filter.newBuilder()
                      .setProperty("released")
                      .setTimestamp(TimestampFilter.newBuilder().setFrom("yesterday")));
      var problem = refused(parts, request);
      assertThat(problem.getCode()).isEqualTo("validation_failed");
      assertThat(problem.getViolationsList())
          .extracting(Violation::getPath, Violation::getRule)
          .containsExactly(
              tuple("properties[0].identifier", "unknown_property"),
              tuple("properties[1].as", "reserved"),
              tuple("properties[3].as", "duplicate"),
              tuple("facets[0].property", "unknown_property"),
              tuple("facets[1].property", "not_facetable"),
              tuple("facets[2].header.de", "unknown_language"),
              tuple("facets[3].property", "duplicate"),
              tuple("conditions[0].property", "unknown_property"),
              tuple("conditions[1]", "wrong_filter"),
              tuple("conditions[2].language", "not_localized"),
              tuple("conditions[2].boolean", "no_test"),
              tuple("conditions[3].timestamp.from", "bad_timestamp"));
      assertThat(problem.getViolations(0).getDidYouMean()).isEqualTo("brand");
      List<Endpoint> stored = db.inTx("acme", tx -> parts.endpoints.list(tx, "acme"));
      assertThat(stored).isEmpty();
    }
  }

  @Test
  void everyPropertyIsTakenWhereNoneIsNamed(Db db) {
    try (var parts = new Parts(db)) {
      parts.destination().version();
      var made = parts.createEndpoint.run(parts.acme, Parts.endpointOf("shop.v1").build());
      assertThat(made.getEndpoint().getPropertiesList()).hasSize(7);
      assertThat(made.getEndpoint().getId()).isEqualTo("shop.v1.products");
      assertThat(made.getEndpoint().getUrl())
          .isEqualTo("http://shop.example/acme/shop/v1/products");
      assertThat(made.getOutcome().getNext(0).getTool()).isEqualTo("update_api_version");
      assertThat(refused(parts, Parts.endpointOf("shop.v1")).getFactsMap())
          .containsEntry("id", "shop.v1.products");
    }
  }

  @Test
  void onlyANewVersionTakesEndpoints(Db db) {
    try (var parts = new Parts(db)) {
      parts.served();
      var problem = refused(parts, Parts.endpointOf("shop.v1").setPath("more"));
      assertThat(problem.getFactsMap())
          .containsEntry("state", "ACTIVE")
          .containsEntry("needed", "NEW");
      assertThat(problem.getNext(0).getTool()).isEqualTo("create_api_version");
      assertThat(refused(parts, Parts.endpointOf("shop.v2")).getCode()).isEqualTo("not_found");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CardDefinitionState.class,
      mode = EnumSource.Mode.MATCH_ANY,
      names = "^CARD.*(DRAFT|PENDING|UPDATING|ARCHIVED).*")
  void theDefinitionMustBeActive(CardDefinitionState state, Db db) {
    try (var parts = new Parts(db)) {
      parts.destination().version();
      parts.svcCards.defineProducts("acme", state);
      var problem = refused(parts, Parts.endpointOf("shop.v1"));
      assertThat(problem.getCode()).isEqualTo("conflict");
      assertThat(problem.getFactsMap()).containsEntry("needed", "ACTIVE");
      assertThat(problem.getNext(0).getTool())
          .isEqualTo(
              state == CardDefinitionState.CARD_DEFINITION_STATE_UPDATING
                  ? "list_configuration"
                  : "activate_card_definition");
      assertThat(refused(parts, Parts.endpointOf("shop.v1").setCardDefinitionId("none")).getCode())
          .isEqualTo("not_found");
    }
  }

  @Test
  void aServiceThatIsAwayIsNamed(Db db) {
    try (var parts = new Parts(db)) {
      parts.destination().version();
      parts.svcCards.close();
      assertThat(refused(parts, Parts.endpointOf("shop.v1")))
          .satisfies(problem -> {
            assertThat(problem.getCode()).isEqualTo("unavailable");
            assertThat(problem.getFactsMap()).containsEntry("service", "svc-cards");
          });
    }
  }

  @Test
  void aDryRunStoresNothingAndARepeatedKeyAnswersTheSame(Db db) {
    try (var parts = new Parts(db)) {
      parts.destination().version();
      var request = Parts.endpointOf("shop.v1");
      var dry = parts.createEndpoint.run(parts.acme, request.setDryRun(true).build());
      assertThat(dry.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_VALIDATED);
      var once = request.setDryRun(false).setIdempotencyKey("k1").build();
      var first = parts.createEndpoint.run(parts.acme, once);
      assertThat(parts.createEndpoint.run(parts.acme, once)).isEqualTo(first);
      assertThat(refused(parts, request.setPath("other")).getViolations(0).getRule())
          .isEqualTo("key_reused");
      parts.activate("shop.v1");
      parts.svcCards.close();
      assertThat(parts.createEndpoint.run(parts.acme, once))
          .as("whatever is in its way by now")
          .isEqualTo(first);
    }
  }

  @Test
  void aDestinationsLanguagesAndOriginsAreChecked(Db db) {
    try (var parts = new Parts(db)) {
      var request =
          CreateDestinationRequest.newBuilder()
              .setIdentifier("shop")
              .addLanguages("en")
              .addLanguages("en")
              .setDefaultLanguage("sv")
              .addCorsOrigins("*")
              .addCorsOrigins("https://a.example/path")
              .addCorsOrigins("shop.example")
              .build();
      var problem =
          catchThrowableOfType(
                  ProblemException.class, () -> parts.createDestination.run(parts.acme, request))
              .problem()
              .toPb();
      assertThat(problem.getViolationsList())
          .extracting(Violation::getPath, Violation::getRule)
          .containsExactly(
              tuple("languages[1]", "duplicate"),
              tuple("defaultLanguage", "unknown_language"),
              tuple("corsOrigins[1]", "bad_origin"),
              tuple("corsOrigins[2]", "bad_origin"));
      parts.destination();
      var again = catchThrowableOfType(ProblemException.class, parts::destination).problem().toPb();
      assertThat(again.getFactsMap()).containsEntry("id", "shop");
    }
  }
}
