package io.cardloom.publishing.endpoint;

import static io.cardloom.publishing.FakeCards.card;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.TextFormat;
import io.cardloom.index.PostgresIndex;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.Permission;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.ProblemDetail;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.proto.publishing.v1.DraftEndpointResponse;
import io.cardloom.proto.publishing.v1.EndpointFacet;
import io.cardloom.proto.publishing.v1.EndpointPropertyInput;
import io.cardloom.proto.publishing.v1.SearchDestinationDataRequest;
import io.cardloom.publishing.Parts;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/publishing"})
final class DraftEndpointTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);

  /// Destination `shop` with one version, and seven cards.
  private static Parts shop(Db db) {
    var parts = new Parts(db, new PostgresIndex(), CLOCK).destination().version();
    for (int i = 1; i <= 7; i++) {
      parts.svcCards.put(
          card(
              "acme",
              "c" + i,
              i,
              ("{\"brand\":\"%s\",\"name\":{\"en\":\"Shoe %s\",\"sv\":\"Sko %s\"},\"online\":%s,"
                      + "\"price\":%s.5,\"released\":\"2026-01-0%sT00:00:00Z\",\"stock\":%s,"
                      + "\"tags\":[\"t%s\",\"All\"]}")
                  .formatted(i < 5 ? "Acme" : "Bolt", i, i, i % 2 == 0, i, i, i, i)));
    }
    parts.svcCards.put(card("rival", "secret", 1, "{\"brand\":\"Acme\"}"));
    return parts;
  }

  private static DraftEndpointResponse draft(Parts parts, CreateEndpointRequest.Builder request) {
    return parts.draftEndpoint.run(parts.acme, request.build());
  }

  private static ProblemDetail refused(Parts parts, CreateEndpointRequest request) {
    return catchThrowableOfType(
            ProblemException.class, () -> parts.createEndpoint.run(parts.acme, request))
        .problem()
        .toPb();
  }

  private static EndpointPropertyInput property(String identifier, String as) {
    return EndpointPropertyInput.newBuilder().setIdentifier(identifier).setAs(as).build();
  }

  private static Filter filter(String text) {
    try {
      return TextFormat.parse(text, Filter.class);
    } catch (TextFormat.ParseException failure) {
      throw new IllegalArgumentException(text, failure);
    }
  }

  private static List<String> defaults(DraftEndpointResponse draft) {
    return draft.getDefaultsAppliedList().stream()
        .map(one -> one.getPath() + " " + one.getValue().getUtf8().toStringUtf8())
        .toList();
  }

  private static List<String> problems(DraftEndpointResponse draft) {
    return draft.getProblemsList().stream()
        .map(one -> one.getPath() + " " + one.getRule())
        .toList();
  }

  private static List<String> rows(List<Json> rows) {
    return rows.stream().map(row -> row.getUtf8().toStringUtf8()).toList();
  }

  @Test
  void whatIsNotGivenIsFilledInAndTold(Db db) {
    try (var parts = shop(db)) {
      var request =
          Parts.endpointOf("shop.v1")
              .addProperties(property("brand", ""))
              .addProperties(property("price", "cost"))
              .addFacets(EndpointFacet.newBuilder().setProperty("brand"))
              .addFacets(EndpointFacet.newBuilder().setProperty("cost").setSize(3))
              .setDryRun(true);
      var draft = draft(parts, request);
      assertThat(defaults(draft))
          .containsExactly("name \"products\"", "facets[0].size 10", "properties[0].as \"brand\"");
      request.setName("products").clearDryRun().getFacetsBuilder(0).setSize(10);
      request.setProperties(0, property("brand", "brand"));
      assertThat(draft.getDraft()).isEqualTo(request.build());
      assertThat(draft.getProblemsList()).isEmpty();
      assertThat(draft.getSubmit().getTool()).isEqualTo("create_endpoint");
      assertThat(draft.getSubmit().getWhy())
          .isEqualTo(
              "It would create the endpoint products of shop.v1, served once the version is ACTIVE."
                  + " Cards that it would serve now: 7.");
      assertThat(rows(draft.getPreview().getRowsList()))
          .hasSize(5)
          .startsWith("{\"id\":\"c1\",\"brand\":\"Acme\",\"cost\":1.5}");
      List<Endpoint> stored = db.inTx("acme", tx -> parts.endpoints.list(tx, "acme"));
      assertThat(stored).isEmpty();

      var all = draft(parts, Parts.endpointOf("shop.v1").setName("n"));
      assertThat(all.getDefaultsAppliedList())
          .singleElement()
          .satisfies(one -> {
            assertThat(one.getPath()).isEqualTo("properties");
            assertThat(one.getWhy()).contains("all 7");
          });
      assertThat(all.getDraft().getPropertiesList()).hasSize(7);
    }
  }

  @Test
  void thePreviewIsWhatConsumersGet(Db db) {
    try (var parts = shop(db)) {
      String[] table = {
        "property: 'brand' text { any_of: 'ACME' }",
        "property: 'brand' text { none_of: 'acme' }",
        "property: 'name' language: 'sv' text { contains: 'ko 3' }",
        "property: 'id' text { any_of: 'c2' any_of: 'c7' any_of: 'C1' }",
        "property: 'tags' list { contains_any: 'T5' contains_any: 't6' }",
        "property: 'online' boolean { is: true }",
        "property: 'price' number { gte: 2.5 lt: 6.5 }",
        "property: 'released' timestamp { from: '2026-01-03T00:00:00Z' }",
        "property: 'stock' number { exists: false }",
      };
      for (int i = 0; i < table.length; i++) {
        String version = "shop.v" + (i + 1);
        var request =
            Parts.endpointOf(version)
                .addProperties(property("name", "title"))
                .addProperties(property("price", ""))
                .addProperties(property("price", "cost"))
                .addConditions(filter(table[i]));
        var draft = draft(parts, request);
        assertThat(draft.getProblemsList()).as(table[i]).isEmpty();
        parts.endpoint(draft.getDraft()).activate(version);
        parts.backfill();
        var served =
            parts.search.run(
                parts.acme,
                SearchDestinationDataRequest.newBuilder()
                    .setDestinationId("shop")
                    .setApiVersion(version)
                    .setEndpoint("products")
                    .setQuery(Query.newBuilder().setLimit(5).setIncludeTotal(true))
                    .build());
        assertThat(rows(draft.getPreview().getRowsList()))
            .as(table[i])
            .isEqualTo(rows(served.getResultsList()));
        assertThat(draft.getPreview().getCount()).as(table[i]).isEqualTo(served.getTotal());
        parts.stop(version).version();
      }
    }
  }

  @Test
  void aRowTooLargeForAPreviewIsCountedOnly(Db db) {
    try (var parts = shop(db)) {
      parts.svcCards.put(card("acme", "a", 1, "{\"brand\":\"" + "x".repeat(30_000) + "\"}"));
      var preview = draft(parts, Parts.endpointOf("shop.v1")).getPreview();
      assertThat(preview.getRowsCount()).isEqualTo(4);
      assertThat(preview.getCount()).isEqualTo(8);
    }
  }

  @Test
  void onlyThoseWhoMayReadDataGetAPreview(Db db) {
    try (var parts = shop(db)) {
      var reader = new Caller("acme", "reader", Set.of(Permission.CONFIG_READ), "c");
      var draft = parts.draftEndpoint.run(reader, Parts.endpointOf("shop.v1").build());
      assertThat(draft.getProblemsList()).isEmpty();
      assertThat(draft.hasPreview()).isFalse();
      assertThat(draft.getSubmit().getWhy()).endsWith("once the version is ACTIVE.");
    }
  }

  @Test
  void withoutTheCardsServiceTheDraftAnswersAndSaysSo(Db db) {
    try (var parts = shop(db)) {
      parts.svcCards.searchNowhere();
      var unsearched = draft(parts, Parts.endpointOf("shop.v1"));
      assertThat(unsearched.getProblemsList()).isEmpty();
      assertThat(unsearched.hasPreview()).isFalse();
      assertThat(unsearched.getSubmit().getWhy())
          .contains("There is no preview: the card index does not answer");

      parts.svcCards.close();
      var request = Parts.endpointOf("shop.v1").addProperties(property("brnd", ""));
      request.addFacets(EndpointFacet.newBuilder().setProperty("brnd"));
      var draft = draft(parts, request);
      assertThat(problems(draft)).containsExactly("cardDefinitionId unavailable");
      assertThat(draft.getProblems(0).getMessage()).contains("svc-cards does not answer");
      assertThat(defaults(draft)).containsExactly("name \"products\"", "facets[0].size 10");
      assertThat(draft.hasPreview()).isFalse();
      assertThat(refused(parts, draft.getDraft()).getCode()).isEqualTo("unavailable");
    }
  }

  @Test
  void everyProblemIsToldAtOnceWhateverItIs(Db db) {
    try (var parts = shop(db)) {
      parts.endpoint("shop.v1").activate("shop.v1");
      parts.svcCards.defineProducts("acme", CardDefinitionState.CARD_DEFINITION_STATE_DRAFT);
      var request =
          Parts.endpointOf("shop.v1")
              .setName("n".repeat(300))
              .addProperties(property("brnd", "b c"))
              .addFacets(EndpointFacet.newBuilder().setProperty("b c").setSize(99))
              .addFacets(EndpointFacet.newBuilder().setProperty("").putHeader("de", "x"))
              .addConditions(Filter.newBuilder().setProperty("price"))
              .addConditions(filter("property: 'brand' list { exists: true }"));
      var draft = draft(parts, request);
      assertThat(problems(draft))
          .containsExactlyInAnyOrder(
              "name string.max_len",
              "properties[0].as string.pattern",
              "facets[0].size int32.gte_lte",
              "facets[1].property string.min_len",
              "apiVersionId conflict",
              "path conflict",
              "cardDefinitionId conflict",
              "properties[0].identifier unknown_property",
              "conditions[0].test wrong_filter",
              "conditions[1] wrong_filter");
      assertThat(draft.hasPreview()).isFalse();
      var refused = refused(parts, request.build());
      assertThat(refused.getViolationsList()).isEqualTo(draft.getProblemsList());
      assertThat(refused.getNextList())
          .extracting(next -> next.getTool())
          .containsExactly("create_api_version", "activate_card_definition");

      var nowhere =
          draft(
              parts,
              Parts.endpointOf("shop.v7").setCardDefinitionId("product").addFacets(facet("brand")));
      assertThat(problems(nowhere))
          .containsExactly("apiVersionId not_found", "cardDefinitionId not_found");
      assertThat(nowhere.getProblems(0).getDidYouMean()).isEqualTo("shop.v1");
    }
  }

  @Test
  void listsBeyondTheContractAreLeftAlone(Db db) {
    try (var parts = shop(db)) {
      var request = Parts.endpointOf("shop.v1").setName("n");
      for (int i = 0; i < 1_001; i++) request.addProperties(property("nope" + i, ""));
      for (int i = 0; i < 21; i++) request.addFacets(facet("nope"));
      for (int i = 0; i < 21; i++)
        request.addConditions(filter("property: 'x' text { exists: true }"));
      var draft = draft(parts, request);
      assertThat(problems(draft))
          .containsExactly(
              "properties repeated.max_items",
              "facets repeated.max_items",
              "conditions repeated.max_items");
      assertThat(draft.getDraft()).isEqualTo(request.build());
      assertThat(draft.getDefaultsAppliedList()).isEmpty();
    }
  }

  private static EndpointFacet facet(String property) {
    return EndpointFacet.newBuilder().setProperty(property).build();
  }

  /// Requests made of few words, so that many are good and others wrong in every way.
  private static CreateEndpointRequest.Builder any(Random random, int round) {
    var request =
        CreateEndpointRequest.newBuilder()
            .setApiVersionId(mostly(random, "shop.v2", "shop.v1", "shop.v3", ""))
            .setPath(mostly(random, "p" + round, "products", "a b"))
            .setName(mostly(random, "", "Label"))
            .setCardDefinitionId(mostly(random, "products", "product", ""));
    for (int i = random.nextInt(4); i > 0; i--) {
      request.addProperties(
          property(
              mostly(random, List.of("brand", "price", "name").get(i - 1), "nope", ""),
              mostly(random, "", "as" + i, "same", "id", "a b")));
    }
    if (random.nextInt(3) == 0) {
      request.addFacets(facet(mostly(random, "brand", "released", "as1", "nope", "")));
    }
    if (random.nextInt(3) == 0) {
      request.addConditions(
          filter(
              mostly(
                  random,
                  "property: 'brand' text { any_of: 'Acme' }",
                  "property: 'brand' list { exists: true }",
                  "property: 'brand'",
                  "property: 'nope' text { exists: true }",
                  "property: 'released' timestamp { from: 'yesterday' }")));
    }
    return request;
  }

  private static String mostly(Random random, String first, String... others) {
    return random.nextInt(6) > 0 ? first : others[random.nextInt(others.length)];
  }

  @Test
  void aDraftWithoutProblemsIsWhatIsCreatedAndOneWithProblemsIsRefusedWithThem(Db db) {
    try (var parts = shop(db)) {
      parts.endpoint("shop.v1").activate("shop.v1").version().endpoint("shop.v2");
      var random = new Random(11);
      int good = 0;
      int bad = 0;
      for (int round = 0; round < 120; round++) {
        var request = any(random, round);
        var draft = draft(parts, request);
        var again = draft(parts, draft.getDraft().toBuilder());
        assertThat(again.getDraft()).as("%s", request).isEqualTo(draft.getDraft());
        if (draft.getProblemsCount() == 0) {
          good++;
          assertThat(again.getDefaultsAppliedList()).isEmpty();
          assertThat(again.getProblemsList()).isEmpty();
          var planned = parts.createEndpoint.run(parts.acme, request.setDryRun(true).build());
          var made = parts.createEndpoint.run(parts.acme, draft.getDraft()).getEndpoint();
          assertThat(made).as("%s", request).isEqualTo(planned.getEndpoint());
          var read =
              db.inTx("acme", tx -> parts.endpoints.find(tx, "acme", made.getId()).orElseThrow());
          assertThat(read.toPb(Parts.URL)).isEqualTo(made);
        } else {
          bad++;
          var refused = refused(parts, request.build());
          if (refused.getViolationsCount() == 0) {
            assertThat(draft.getProblemsList())
                .as("%s", request)
                .singleElement()
                .satisfies(one -> {
                  assertThat(one.getRule()).isEqualTo(refused.getCode());
                  assertThat(one.getMessage()).isEqualTo(refused.getMessage());
                });
          } else {
            assertThat(refused.getViolationsList())
                .as("%s", request)
                .isEqualTo(draft.getProblemsList());
          }
        }
      }
      assertThat(good).isGreaterThan(20);
      assertThat(bad).isGreaterThan(20);
    }
  }
}
