package io.cardloom.local.isolation;

import static org.awaitility.Awaitility.await;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.ApplicationsGrpc;
import io.cardloom.proto.application.v1.CreateApplicationRequest;
import io.cardloom.proto.application.v1.CreateApplicationResponse;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// What a tenant has: sources with entries, cards, a destination that serves them, imports, an
/// application with a key, all with names that begin alike.
final class World {
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final int ENTRIES = 12;

  /// A destination that is called over HTTP, and that no call is told the name of, so that it
  /// stays.
  static final String FIXED = "fixed";

  final String tenant;
  final String subject;
  final Mcp mcp;
  final String importId;

  /// Opens all sources, whatever becomes of the applications that others know by name.
  final String ingestKey;

  final String applicationKeyId;

  /// Opens the destination.
  final String shopKey;

  private final String prefix;
  private final String secret;

  /// @param prefix of every name
  /// @param secret is in every value, description and display name
  World(Installation installation, HttpClient http, String tenant, String prefix, String secret) {
    this.tenant = tenant;
    this.prefix = prefix;
    this.secret = secret;
    this.subject = prefix + "person";
    this.mcp = new Mcp(http, installation, tenant, subject);
    source("src", "");
    source("more", ",\"relatedSourceIds\":[\"" + prefix + "src\"]");
    mcp.told("import_data", entries("src", 0));
    mcp.told("import_data", entries("src", 3));
    mcp.told("import_data", entries("more", 0));
    importId = mcp.told("start_import", entries("more", 1)).path("importId").asString();
    cards();
    shop("shop", false);
    shop(FIXED, true);
    var ingest = applications("svc-ingest", installation.ingest, Api.API_INGEST, prefix + "src");
    var shops =
        applications(
            "svc-publishing", installation.publishing, Api.API_DESTINATION, prefix + "shop");
    ingestKey = ingest.getLast().getKey();
    shopKey = shops.getLast().getKey();

    applicationKeyId = ingest.getFirst().getApplication().getKeys(0).getId();
  }

  private void source(String name, String more) {
    mcp.told(
        "create_data_source",
        """
        {"id":"%1$s%2$s","name":"%3$s","description":"%3$s","languages":["en","de"],
         "properties":[{"id":"%1$sname","displayName":"%3$s","type":"text"},{"id":"%1$stags","type":"list"},
                       {"id":"%1$sprice","type":"decimal"}]%4$s}
        """
            .formatted(prefix, name, secret, more));
  }

  private String entries(String source, int round) {
    return IntStream.range(0, ENTRIES)
        .mapToObj(i ->
            """
            {"id":"%1$sk%2$d","values":{"%1$sname":"%3$s %2$d %4$d","%1$stags":["%3$s"],"%1$sprice":%2$d.5}}
            """
                .formatted(prefix, i, secret, round))
        .collect(
            Collectors.joining(
                ",", "{\"sourceId\":\"" + prefix + source + "\",\"entries\":[", "]}"));
  }

  private void cards() {
    mcp.told(
        "create_card_definition",
        """
        {"name":"%2$s","identifier":"%1$scards","description":"%2$s","sourceIds":["%1$ssrc"],
         "titleProperty":"%1$sname"}
        """
            .formatted(prefix, secret));
    mcp.told("activate_card_definition", "{\"cardDefinitionId\":\"" + prefix + "cards\"}");
    mcp.told(
        "create_card_definition",
        "{\"name\":\"%2$s\",\"identifier\":\"%1$sdraft\",\"sourceIds\":[\"%1$smore\"]}"
            .formatted(prefix, secret));
    String all = "{\"cardDefinitionId\":\"" + prefix + "cards\",\"query\":{\"includeTotal\":true}}";
    await()
        .atMost(WAIT)
        .until(() -> mcp.told("search_cards", all).path("total").asInt() == ENTRIES);
  }

  /// A destination whose first version is served, beside a second one that is not yet.
  private void shop(String name, boolean isProtected) {
    String id = prefix + name;
    mcp.told(
        "create_destination",
        "{\"identifier\":\"%s\",\"name\":\"%s\",\"languages\":[\"en\"],\"defaultLanguage\":\"en\",\"protected\":%s}"
            .formatted(id, secret, isProtected));
    mcp.told("create_api_version", "{\"destinationId\":\"" + id + "\"}");
    mcp.told(
        "create_endpoint",
        "{\"apiVersionId\":\"%2$s.v1\",\"path\":\"%1$srows\",\"name\":\"%3$s\",\"cardDefinitionId\":\"%1$scards\"}"
            .formatted(prefix, id, secret));
    mcp.told("update_api_version", "{\"apiVersionId\":\"" + id + ".v1\",\"state\":\"active\"}");
    mcp.told(
        "create_api_version",
        "{\"destinationId\":\"%1$s\",\"copyFrom\":\"%1$s.v1\"}".formatted(id));
    await().atMost(WAIT).until(() -> rows(id).path("total").asInt() == ENTRIES);
  }

  private JsonNode rows(String destination) {
    return mcp.told(
        "search_destination_data",
        "{\"destinationId\":\"%s\",\"endpoint\":\"%srows\",\"query\":{\"includeTotal\":true,\"limit\":2}}"
            .formatted(destination, prefix));
  }

  /// One that is known by its name, and one that is not, which opens everything.
  private List<CreateApplicationResponse> applications(
      String name, Service service, Api api, String resource) {
    try (var peer = Peer.open(name, Installation.target(service), TestKeys.signer("aggregator"))) {
      var stub = ApplicationsGrpc.newBlockingStub(peer.as(caller(), WAIT));
      var request =
          CreateApplicationRequest.newBuilder().setApi(api).setName(secret).setDescription(secret);
      return List.of(
          stub.createApplication(request.setId(prefix + "app").addResourceIds(resource).build()),
          stub.createApplication(
              request.setId(prefix + "fixed").clearResourceIds().addResourceIds("*").build()));
    }
  }

  /// Who may do everything in the workspace, also what only services do.
  Caller caller() {
    return new Caller(
        tenant,
        subject,
        TestKeys.everything(tenant).permissions(),
        java.util.UUID.randomUUID().toString());
  }

  /// Reads of everything the tenant has, in two pages where there are pages.
  List<JsonNode> reads() {
    return List.of(
        mcp.told("list_configuration", "{\"includeCounts\":true}"),
        mcp.told("describe_data_source_schema", "{\"sourceId\":\"" + prefix + "src\"}"),
        mcp.told(
            "search_entries",
            "{\"sourceId\":\"" + prefix + "src\",\"query\":{\"limit\":5,\"includeTotal\":true}}"),
        mcp.told(
            "list_source_entries", "{\"sourceId\":\"" + prefix + "more\",\"page\":{\"limit\":5}}"),
        mcp.told(
            "search_cards",
            "{\"cardDefinitionId\":\""
                + prefix
                + "cards\",\"query\":{\"limit\":5,\"includeTotal\":true}}"),
        rows(prefix + "shop"),
        rows(prefix + FIXED),
        mcp.told("get_import_status", "{\"importId\":\"" + importId + "\"}"),
        mcp.told("search_audit_log", "{\"page\":{\"limit\":3}}"));
  }

  /// Adds the tenant's names.
  ///
  /// @param foreign to those who are given them
  void tell(Names names, boolean foreign) {
    for (String source : List.of("src", "more")) name(names, foreign, "source", source);
    for (int i = 0; i < ENTRIES; i++) name(names, foreign, "entry", "k" + i);
    for (String property : List.of("name", "tags", "price", "src_name"))
      name(names, foreign, "property", property);
    name(names, foreign, "definition", "cards");
    name(names, foreign, "definition", "draft");
    name(names, foreign, "destination", "shop");
    name(names, foreign, "version", "shop.v1");
    name(names, foreign, "version", "shop.v2");
    name(names, foreign, "path", "rows");
    put(names, foreign, "endpoint", prefix + "shop.v1." + prefix + "rows");
    name(names, foreign, "application", "app");
    name(names, foreign, "subject", "person");
  }

  private void name(Names names, boolean foreign, String kind, String rest) {
    put(names, foreign, kind, prefix + rest);
  }

  private static void put(Names names, boolean foreign, String kind, String name) {
    if (foreign) names.foreign(kind, name);
    else names.own(kind, name);
  }
}
