package io.cardloom.publishing.row;

import static io.cardloom.publishing.FakeCards.card;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.key.Applications;
import io.cardloom.kit.key.KeyTrail;
import io.cardloom.kit.key.KeyedApi;
import io.cardloom.kit.key.Pepper;
import io.cardloom.kit.run.HttpServer;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.common.v1.FacetRequest;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.ListFilter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.Sort;
import io.cardloom.proto.common.v1.SortDirection;
import io.cardloom.proto.common.v1.TextFilter;
import io.cardloom.proto.publishing.v1.EndpointFacet;
import io.cardloom.proto.publishing.v1.SearchDestinationDataRequest;
import io.cardloom.publishing.Parts;
import io.cardloom.publishing.apiversion.KeyedVersions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The HTTP API over a small catalogue; each test has one server and a table of calls.
@FreshSchema({"db/kit", "db/index", "db/key", "db/publishing"})
final class DestinationApiTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// The parts, a catalogue of four, and the server.
  private record Shop(Parts parts, Service server) implements AutoCloseable {
    static Shop open(Db db) {
      var parts = new Parts(db);
      parts
          .destination()
          .version()
          .endpoint(
              Parts.endpointOf("shop.v1")
                  .addFacets(
                      EndpointFacet.newBuilder()
                          .setProperty("brand")
                          .putHeader("en", "Brand")
                          .putHeader("sv", "Märke"))
                  .addFacets(EndpointFacet.newBuilder().setProperty("name").setSize(5))
                  .build())
          .activate("shop.v1");
      parts.hear(
          card("acme", "a", 1, row("Acme", "Red Shoe", "Röd sko", 10, "\"new\",\"sale\"", true)),
          card("acme", "b", 1, row("Acme", "Blue Shoe", "Blå sko", 20, "\"new\"", false)),
          card("acme", "c", 1, row("Bolt", "Red Hat", "Röd hatt", 30, "\"sale\"", true)),
          card("acme", "d", 1, "{\"brand\":\"Bolt \\\"B\\\"\",\"name\":{\"en\":\"Tie\"}}"));
      var meter = new RequestMeter(Parts.metricSender());
      var keys =
          Applications.of(
              db,
              _ -> {},
              new KeyedApi(
                  Api.API_DESTINATION,
                  "dst",
                  "svc-publishing",
                  "API version",
                  new KeyedVersions(parts.destinations, parts.versions),
                  ""),
              Pepper.from(
                  Settings.of(Map.of("keys", TestKeys.folder().toString())), "svc-publishing"),
              Clock.systemUTC());
      var trail = new KeyTrail("GET", _ -> {}, Clock.systemUTC());
      var api =
          new DestinationApi(db, keys.check(), _ -> {}, parts.served, parts.rows, meter, trail);
      var server =
          Service.named("api-test")
              .http(
                  new HttpServer.Public("127.0.0.1", 0, DestinationApi.BODY_BYTES_MAX, api::routes))
              .start();
      return new Shop(parts, server);
    }

    private static String row(
        String brand, String en, String sv, int price, String tags, boolean online) {
      return ("{\"brand\":\"%s\",\"name\":{\"en\":\"%s\",\"sv\":\"%s\"},\"online\":%s,"
              + "\"price\":%s,\"released\":\"2026-01-%sT00:00:00Z\",\"tags\":[%s]}")
          .formatted(brand, en, sv, online, price, price, tags);
    }

    HttpResponse<String> call(HttpRequest.Builder request) {
      try {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      } catch (java.io.IOException | InterruptedException failure) {
        throw new IllegalStateException(failure);
      }
    }

    HttpRequest.Builder to(String path) {
      return HttpRequest.newBuilder(
          URI.create("http://127.0.0.1:" + server.httpPort() + "/" + path));
    }

    HttpResponse<String> get(String query) {
      return call(to("acme/shop/v1/products" + query));
    }

    HttpResponse<String> post(String body) {
      return call(to("acme/shop/v1/products").POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Override
    public void close() {
      server.close();
      parts.close();
    }
  }

  private static List<String> ids(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    var ids = new ArrayList<String>();
    for (JsonNode row : JSON.readTree(response.body()).get("results")) {
      ids.add(row.isString() ? row.asString() : row.get("id").asString());
    }
    return ids;
  }

  @Test
  void filtersSortsAndPagesAsTheUrlSays(Db db) {
    try (var shop = Shop.open(db)) {
      String[][] table = {
        {"", "a b c d"},
        {"?brand=acme", "a b"},
        {"?brand=acme&brand=Bolt", "a b c"},
        {"?brand=acme&tags=sale", "a"},
        {"?tags.containsAll=sale&tags.containsAll=new", "a"},
        {"?tags.not=sale", "b d"},
        {"?brand.not=Acme", "c d"},
        {"?brand=Bolt+%22B%22", "d"},
        {"?brand.startsWith=bo", "c d"},
        {"?name.contains=shoe", "a b"},
        {"?name@sv.contains=sko", "a b"},
        {"?name@en.contains=sko", ""},
        {"?price.gte=20", "b c"},
        {"?price.gt=10&price.lt=30", "b"},
        {"?price=10&price=30", "a c"},
        {"?online=true", "a c"},
        {"?online.exists=false", "d"},
        {"?released.from=2026-01-20T00%3A00%3A00Z", "b c"},
        {"?released=2026-01-10T01%3A00%3A00%2B01%3A00", "a"},
        {"?id=a&id=d", "a d"},
        {"?search=red", "a c"},
        {"?search=r%C3%B6d", "a c"},
        {"?sortDesc=price&price.exists=true", "c b a"},
        {"?sortAsc=brand&sortDesc=id&tags.exists=true", "b a c"},
        {"?listIds=true&sortDesc=id", "d c b a"},
        {"?top=2", "a b"},
        {"?top=0", ""},
      };
      for (String[] line : table) {
        List<String> wanted = line[1].isEmpty() ? List.of() : List.of(line[1].split(" "));
        assertThat(ids(shop.get(line[0]))).as(line[0]).isEqualTo(wanted);
      }

      var first = JSON.readTree(shop.get("?top=3&includeTotals=true&sortDesc=id").body());
      assertThat(first.get("total").asInt()).isEqualTo(4);
      String after = first.get("after").asString();
      assertThat(ids(shop.get("?top=3&sortDesc=id&after=" + after))).containsExactly("a");
      assertThat(JSON.readTree(shop.get("").body()).has("after")).isFalse();
      assertThat(shop.get("?after=" + after).statusCode()).as("another query's").isEqualTo(400);
    }
  }

  @Test
  void matchesAreCountedUnderEitherNameAndInBothForms(Db db) {
    try (var shop = Shop.open(db)) {
      for (String name : List.of("includeTotals", "includeTotal")) {
        for (var answer :
            List.of(
                shop.get("?top=1&brand=Acme&" + name + "=true"),
                shop.post(
                    "{\"top\":1,\"%s\":true,\"filter\":[{\"must\":{\"brand\":\"Acme\"}}]}"
                        .formatted(name)))) {
          assertThat(ids(answer)).as(name).containsExactly("a");
          assertThat(JSON.readTree(answer.body()).get("total").asInt()).as(name).isEqualTo(2);
        }
        assertThat(JSON.readTree(shop.get("?" + name + "=false").body()).has("total")).isFalse();
      }
      var wrong = JSON.readTree(shop.get("?includeTotalz=true").body()).at("/error/violations/0");
      assertThat(wrong.get("didYouMean").asString()).isEqualTo("includeTotals");
    }
  }

  @Test
  void onlyACountIsAnsweredWhereNothingElseIsAskedFor(Db db) {
    try (var shop = Shop.open(db)) {
      var request =
          SearchDestinationDataRequest.newBuilder()
              .setDestinationId("shop")
              .setEndpoint("products")
              .setDefaultFacets(true)
              .setQuery(
                  Query.newBuilder()
                      .setText("shoe")
                      .addFacets(FacetRequest.newBuilder().setProperty("tags"))
                      .setLimit(1)
                      .setCountOnly(true));
      var counted = shop.parts().search.run(shop.parts().acme, request.build());
      assertThat(counted.hasTotal()).isTrue();
      assertThat(counted.getTotal()).isEqualTo(2);
      assertThat(counted.getResultsList()).isEmpty();
      assertThat(counted.getFacetsList()).isEmpty();
      assertThat(counted.getAfter()).isEmpty();
      String url = counted.getRequestAs().getUrl().substring("http://shop.example/".length());
      assertThat(shop.call(shop.to(url)).body())
          .isEqualTo("{\"language\":\"en\",\"total\":2,\"results\":[],\"facets\":[]}");
      request.getQueryBuilder().setText("hat shoe");
      assertThat(shop.parts().search.run(shop.parts().acme, request.build()))
          .satisfies(none -> assertThat(none.getTotal()).isZero())
          .satisfies(none -> assertThat(none.hasTotal()).isTrue());
    }
  }

  @Test
  void rowsAndFacetsAreInTheLanguageAskedFor(Db db) {
    try (var shop = Shop.open(db)) {
      assertThat(shop.get("?id=a&fields=name,brand").body())
          .isEqualTo(
              "{\"language\":\"en\",\"results\":[{\"id\":\"a\",\"brand\":\"Acme\","
                  + "\"name\":\"Red Shoe\"}],\"facets\":[]}");
      assertThat(shop.get("?id=a&id=d&fields=name&language=sv").body())
          .contains("[{\"id\":\"a\",\"name\":\"Röd sko\"},{\"id\":\"d\"}]");
      assertThat(shop.get("?id=a&fields=name&language=*").body())
          .contains("{\"id\":\"a\",\"name\":{\"en\":\"Red Shoe\",\"sv\":\"Röd sko\"}}");

      var facets = JSON.readTree(shop.get("?facets=*&language=sv&top=0").body()).get("facets");
      assertThat(facets.get(0).toString())
          .isEqualTo(
              "{\"propertyId\":\"brand\",\"header\":\"Märke\",\"values\":["
                  + "{\"key\":\"Acme\",\"count\":2},{\"key\":\"Bolt\",\"count\":1},"
                  + "{\"key\":\"Bolt \\\"B\\\"\",\"count\":1}]}");
      assertThat(facets.get(1).get("values").toString())
          .contains("Röd sko")
          .doesNotContain("Red Shoe");
      var sized = JSON.readTree(shop.get("?facets=tags.1,brand&top=0").body()).get("facets");
      assertThat(sized.get(0).get("values")).hasSize(1);
      assertThat(sized.get(1).get("header").asString()).isEqualTo("Brand");
    }
  }

  @Test
  void aBodySaysTheSameAsAUrl(Db db) {
    try (var shop = Shop.open(db)) {
      String[][] table = {
        {"{}", "a b c d"},
        {"", "a b c d"},
        {"{\"top\":1,\"sortDesc\":[\"id\"]}", "d"},
        {"{\"search\":[\"red\",\"hat\"]}", "c"},
        {"{\"filter\":[{\"must\":{\"brand\":[\"acme\"],\"tags\":\"sale\"}}]}", "a"},
        {"{\"filter\":[{\"must\":{\"price\":{\"gte\":10,\"lt\":30}}}]}", "a b"},
        {"{\"filter\":[{\"mustNot\":{\"tags\":[\"new\"]}}]}", "c d"},
        {"{\"filter\":[{\"must\":{\"online\":true},\"mustNot\":{\"brand\":[\"Bolt\"]}}]}", "a"},
        {"{\"filter\":[]}", "a b c d"},
        {"{\"filter\":[{\"must\":{\"brand\":[]}}],\"listIds\":true}", "a b c d"},
      };
      for (String[] line : table) {
        assertThat(ids(shop.post(line[0]))).as(line[0]).isEqualTo(List.of(line[1].split(" ")));
      }
    }
  }

  @Test
  void whatIsWrongIsNamedWithWhatIsAllowed(Db db) {
    try (var shop = Shop.open(db)) {
      String[][] urls = {
        {"?colour=red", "colour", "unknown_parameter"},
        {"?brnd=x", "brnd", "unknown_parameter"},
        {"?brand.gte=1", "brand.gte", "unknown_operator"},
        {"?brand@en=x", "brand@en", "not_localized"},
        {"?price=cheap", "price", "not_a_number"},
        {"?price=NaN", "price", "not_a_number"},
        {"?price.gte=1&price.gte=2", "price.gte", "one_value"},
        {"?online=yes", "online", "not_a_boolean"},
        {"?price.not=1", "price.not", "unknown_operator"},
        {"?released.from=yesterday", "released.from", "bad_timestamp"},
        {"?top=201", "top", "out_of_range"},
        {"?top=-1", "top", "out_of_range"},
        {"?top=99999999999", "top", "out_of_range"},
        {"?top=1&top=2", "top", "one_value"},
        {"?sortAsc=colour", "sortAsc", "unknown_property"},
        {"?sortAsc=brand,price,online,stock", "sortAsc", "too_many"},
        {"?facets=released", "facets", "not_facetable"},
        {"?facets=brand.500", "facets", "out_of_range"},
        {"?fields=nope", "fields", "unknown_property"},
        {"?language=de", "language", "unknown_language"},
        {"?includeTotals=1", "includeTotals", "not_a_boolean"},
        {"?includeTotal=1", "includeTotal", "not_a_boolean"},
        {"?includeTotalz=true", "includeTotalz", "unknown_parameter"},
        {"?after=%00", "query.after", "bad_cursor"},
        {"?search=" + "x".repeat(501), "search", "too_long"},
      };
      for (String[] line : urls) wrong(line[0], shop.get(line[0]), line[1], line[2]);
      String[][] bodies = {
        {"[]", "body", "bad_json"},
        {"{", "body", "bad_json"},
        {"{} {}", "body", "bad_json"},
        {"{\"top\":{}}", "top", "bad_value"},
        {"{\"top\":null}", "top", "bad_value"},
        {"{\"colour\":\"red\"}", "colour", "unknown_parameter"},
        {"{\"filter\":[{\"must\":{\"top\":[\"1\"]}}]}", "top", "unknown_property"},
        {"{\"filter\":[{\"must\":{}},{\"must\":{}}]}", "filter[1]", "one_group"},
        {"{\"filter\":[{\"should\":{}}]}", "filter.should", "unknown_parameter"},
        {"{\"filter\":7}", "filter", "bad_filter"},
        {
          "{\"filter\":[{\"mustNot\":{\"price\":{\"gte\":1}}}]}",
          "filter.mustNot.price",
          "bad_filter"
        },
        {"{\"filter\":[{\"must\":{\"price\":[[1]]}}]}", "price", "bad_value"},
        {"[".repeat(5000), "body", "bad_json"},
      };
      for (String[] line : bodies) wrong(line[0], shop.post(line[0]), line[1], line[2]);

      var allowed = JSON.readTree(shop.get("?brnd=x").body()).at("/error/violations/0");
      assertThat(allowed.get("didYouMean").asString()).isEqualTo("brand");
      assertThat(allowed.get("allowed").toString()).contains("brand", "sortAsc", "id");
      var three = JSON.readTree(shop.get("?x=1&top=a&language=en&price=b").body());
      assertThat(three.at("/error/violations")).hasSize(3);
    }
  }

  private static void wrong(
      String call, HttpResponse<String> response, String parameter, String rule) {
    assertThat(response.statusCode()).as(call).isEqualTo(400);
    JsonNode error = JSON.readTree(response.body()).get("error");
    assertThat(error.get("code").asString()).isEqualTo("validation_failed");
    JsonNode violation = error.at("/violations/0");
    assertThat(violation.get("parameter").asString()).as(call).isEqualTo(parameter);
    assertThat(violation.get("rule").asString()).as(call).isEqualTo(rule);
  }

  @Test
  void whatIsNotServedIsOneAndTheSame404(Db db) {
    try (var shop = Shop.open(db)) {
      shop.parts().version().endpoint("shop.v2");
      String same = null;
      for (String path :
          List.of(
              "acme/shop/v2/products",
              "acme/shop/v9/products",
              "acme/shop/v1/other",
              "acme/other/v1/products",
              "other/shop/v1/products",
              "acme/shop/latest/products",
              "acme/shop/v1/" + "x".repeat(300),
              "acme/shop/v1/%27%20OR%201=1")) {
        var response = shop.call(shop.to(path));
        assertThat(response.statusCode()).as(path).isEqualTo(404);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        if (same == null) same = response.body();
        assertThat(response.body()).as(path).isEqualTo(same);
      }
      assertThat(shop.call(shop.to("acme/shop")).statusCode()).isEqualTo(404);
      var deleted = shop.call(shop.to("acme/shop/v1/products").DELETE());
      assertThat(deleted.statusCode()).isEqualTo(405);
      assertThat(deleted.headers().firstValue("allow")).hasValue("GET, POST, OPTIONS");

      shop.parts().stop("shop.v1");
      assertThat(shop.get("").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void originsAreAllowedAsTheDestinationSaysAndAnUnchangedAnswerIsNotSentAgain(Db db) {
    try (var shop = Shop.open(db)) {
      String path = "acme/shop/v1/products";
      var ours = shop.call(shop.to(path).header("Origin", "https://shop.example"));
      assertThat(ours.headers().firstValue("access-control-allow-origin"))
          .hasValue("https://shop.example");
      assertThat(ours.headers().firstValue("vary")).hasValue("Origin");
      var theirs = shop.call(shop.to(path).header("Origin", "https://evil.example"));
      assertThat(theirs.headers().firstValue("access-control-allow-origin")).isEmpty();
      var preflight =
          shop.call(
              shop.to(path)
                  .header("Origin", "https://shop.example")
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(preflight.headers().firstValue("access-control-allow-methods"))
          .hasValueSatisfying(methods -> assertThat(methods).contains("GET", "POST"));

      String tag = ours.headers().firstValue("etag").orElseThrow();
      var again = shop.call(shop.to(path).header("If-None-Match", tag));
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      shop.parts().hear(card("acme", "a", 2, "{\"brand\":\"Changed\"}"));
      assertThat(shop.call(shop.to(path).header("If-None-Match", tag)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void requestAsAsksTheSameOverHttp(Db db) {
    try (var shop = Shop.open(db)) {
      var query =
          Query.newBuilder()
              .addFilters(
                  Filter.newBuilder()
                      .setProperty("name")
                      .setLanguage("en")
                      .setText(TextFilter.newBuilder().setContains("e & \"")))
              .addFilters(
                  Filter.newBuilder()
                      .setProperty("tags")
                      .setList(ListFilter.newBuilder().addContainsAny("new").addContainsAny("x")))
              .addFilters(
                  Filter.newBuilder()
                      .setProperty("price")
                      .setNumber(NumberFilter.newBuilder().setGte(5).setLt(20.5)))
              .setText("shoe")
              .addFacets(FacetRequest.newBuilder().setProperty("online").setSize(2))
              .addSort(
                  Sort.newBuilder()
                      .setProperty("price")
                      .setDirection(SortDirection.SORT_DIRECTION_DESC))
              .addSort(Sort.newBuilder().setProperty("id"))
              .addFields("brand")
              .setLimit(7)
              .setIncludeTotal(true);
      for (String contains : List.of("e & \"", "shoe")) {
        query.getFiltersBuilder(0).getTextBuilder().setContains(contains);
        var answer =
            shop.parts()
                .search
                .run(
                    shop.parts().acme,
                    SearchDestinationDataRequest.newBuilder()
                        .setDestinationId("shop")
                        .setEndpoint("products")
                        .setApiVersion("shop.v1")
                        .setQuery(query)
                        .setLanguage("sv")
                        .setDefaultFacets(true)
                        .build());
        assertThat(answer.getRequestAs().getUrl())
            .startsWith("http://shop.example/acme/shop/v1/products?name@en.contains=");
        String url = answer.getRequestAs().getUrl().substring("http://shop.example/".length());
        var http = JSON.readTree(shop.call(shop.to(url)).body());
        assertThat(http.get("total").asLong()).isEqualTo(answer.getTotal());
        assertThat(http.get("results")).hasSize(answer.getResultsCount());
        for (int i = 0; i < answer.getResultsCount(); i++) {
          assertThat(http.get("results").get(i).toString())
              .isEqualTo(answer.getResults(i).getUtf8().toStringUtf8());
        }
        assertThat(http.get("facets")).hasSize(answer.getFacetsCount()).hasSize(3);
      }
    }
  }
}
