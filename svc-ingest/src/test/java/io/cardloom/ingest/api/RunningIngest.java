package io.cardloom.ingest.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.ingest.IngestConfig;
import io.cardloom.ingest.IngestMain;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.AuditTopic;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.kit.testing.TestWorkspaces;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.ApplicationsGrpc;
import io.cardloom.proto.application.v1.CreateApplicationRequest;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.events.v1.AuditRecorded;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import io.cardloom.proto.ingest.v1.ListSourceEntriesRequest;
import io.cardloom.proto.ingest.v1.PropertyInput;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// svc-ingest as it runs, twice on one database, and programs that use it over HTTP.
final class RunningIngest implements AutoCloseable {
  /// Requests of one key in a second, and twice as many at once.
  static final int KEY_RATE = 25;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  static final Duration WAIT = Duration.ofSeconds(60);
  static final String ONE = "{\"entries\":[{\"id\":\"a\",\"values\":{\"name\":\"Desk\"}}]}";

  final HttpClient http = HttpClient.newHttpClient();
  private final DbConfig db;
  private final KafkaConfig kafka;
  final Service service;
  final Service second;
  private final Peer peer;

  RunningIngest() {
    db = TestServers.freshSchema();
    kafka = TestServers.freshTopics();
    var values = new HashMap<String, String>();
    values.put("keys", TestKeys.folder().toString());
    values.put("db.url", db.url());
    values.put("db.schema", db.schema());
    values.put("db.role", db.role());
    values.put("db.pool-size", "6");
    values.put("kafka.bootstrap", kafka.bootstrap());
    values.put("kafka.prefix", kafka.prefix());
    values.put("kafka.partitions", "2");
    values.put("ingest.key-requests-per-second", Integer.toString(KEY_RATE));
    service = IngestMain.start(IngestConfig.from(Settings.of(values)));
    second = IngestMain.start(IngestConfig.from(Settings.of(values)));
    peer =
        Peer.open("svc-ingest", "127.0.0.1:" + service.grpcPort(), TestKeys.signer("aggregator"));
  }

  @Override
  public void close() {
    peer.close();
    second.close();
    service.close();
  }

  /// A workspace with the sources `s` and `t`, and an application that writes some.
  String key(String tenant, String... sources) {
    TestWorkspaces.provision(service, tenant);
    for (String id : List.of("s", "t")) {
      var _ =
          SourcesGrpc.newBlockingStub(peer.as(TestKeys.everything(tenant), WAIT))
              .createDataSource(
                  CreateDataSourceRequest.newBuilder()
                      .setId(id)
                      .setName(id)
                      .addProperties(PropertyInput.newBuilder().setId("name"))
                      .addProperties(
                          PropertyInput.newBuilder()
                              .setId("price")
                              .setType(PropertyType.PROPERTY_TYPE_DECIMAL))
                      .build());
    }
    return key(tenant, "erp", List.of(sources));
  }

  String key(String tenant, String application, List<String> sources) {
    return applications(tenant)
        .createApplication(
            CreateApplicationRequest.newBuilder()
                .setApi(Api.API_INGEST)
                .setId(application)
                .addAllResourceIds(sources)
                .build())
        .getKey();
  }

  ApplicationsGrpc.ApplicationsBlockingStub applications(String tenant) {
    return ApplicationsGrpc.newBlockingStub(peer.as(TestKeys.everything(tenant), WAIT));
  }

  /// The stored entries as `id values`, in order of ids.
  List<String> entries(String tenant) {
    return EntriesGrpc.newBlockingStub(peer.as(TestKeys.everything(tenant), WAIT))
        .listSourceEntries(ListSourceEntriesRequest.newBuilder().setSourceId("s").build())
        .getEntriesList()
        .stream()
        .map(entry -> entry.getId() + " " + entry.getValues().getUtf8().toStringUtf8())
        .sorted()
        .toList();
  }

  HttpRequest.Builder to(Service instance, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + instance.httpPort() + path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  HttpRequest.Builder posting(String key, String path, String body) {
    return to(service, path)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  HttpResponse<String> post(String key, String body) {
    return send(posting(key, "/v1/sources/s/entries", body));
  }

  HttpResponse<String> postLines(String key, String query, String body) {
    return send(
        posting(key, "/v1/sources/s/entries" + query, body)
            .setHeader("Content-Type", "application/x-ndjson"));
  }

  /// The body of an answer that has to have this status.
  static JsonNode json(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValue(status < 300 ? "application/json" : "application/problem+json");
    var node = MAPPER.readTree(response.body());
    if (status >= 300) {
      assertThat(node.get("status").asInt()).isEqualTo(status);
      assertThat(node.get("title").asString()).isNotEmpty();
      assertThat(node.get("type").asString()).isEqualTo("about:blank");
    }
    return node;
  }

  static List<String> violations(HttpResponse<String> response) {
    return json(response, 400)
        .get("violations")
        .valueStream()
        .map(one -> one.get("path").asString() + " " + one.get("rule").asString())
        .toList();
  }

  String raw(String key, String path, String rest) throws IOException {
    return raw(key, path, rest, false);
  }

  String raw(String key, String path, String rest, boolean ends) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.httpPort())) {
      socket.setSoTimeout(20_000);
      String head =
          "POST " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\n";
      socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      if (ends) socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  HttpRequest.Builder postingTo(Service instance, String key) {
    return to(instance, "/v1/sources/s/entries")
        .header("Authorization", "Bearer " + key)
        .POST(BodyPublishers.ofString(ONE));
  }

  JsonNode state(String key, String location) {
    return json(send(to(service, location).header("Authorization", "Bearer " + key)), 200);
  }

  static <T> List<T> together(int calls, Callable<T> call) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = threads.invokeAll(java.util.Collections.nCopies(calls, call));
      var answers = new ArrayList<T>();
      for (var future : futures) answers.add(future.get());
      return answers;
    }
  }

  /// What the audit log is told of a workspace, from the beginning until there are so many.
  List<AuditRecorded> told(String tenant, int count) {
    return AuditTopic.told(kafka, tenant, count);
  }

  /// Rows of a query, of whatever workspace.
  List<String> rows(String query) {
    try (var rows = Db.open(db, "db/kit", "db/index", "db/key", "db/ingest")) {
      return rows.<List<String>>acrossTenants(
          tx -> tx.list(query, row -> row.column("line").getString()));
    }
  }
}
