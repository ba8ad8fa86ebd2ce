package io.cardloom.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.local.Home;
import io.cardloom.local.Refusal;
import io.cardloom.local.catalogue.ShippedCatalogue;
import io.cardloom.local.demo.Demo;
import io.cardloom.local.load.LoadFile;
import io.cardloom.local.load.LoadReport;
import io.cardloom.local.mcp.McpClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/// The whole pipeline on a part of the real catalogue, with two instances of every service that
/// share the work.
@Timeout(600)
@ResourceLock("stack")
class PipelineTest {
  private static final int ROWS = 300;

  @Test
  void twoInstancesOfEachServiceHandleEachChangeOnce(@TempDir Path dir) throws Exception {
    var two = Arrays.stream(Part.values()).collect(Collectors.toMap(part -> part, _ -> 2));
    var catalogue = ShippedCatalogue.read().first(ROWS);
    try (var stack = RunningStack.start(dir, false, two);
        var mcp = stack.mcp("admin")) {
      var outcome = new Demo(mcp, catalogue).run(0, () -> 0);
      assertThat(outcome.figures().entries()).isEqualTo(3 * ROWS + 41);
      assertThat(outcome.figures().cards()).isEqualTo(2 * ROWS + 41);
      assertThat(outcome.figures().endpointRows()).isEqualTo(ROWS);
      assertThat(outcome.trace().path("stuckAt").asString("")).isEmpty();

      var differences = stack.verified();
      assertThat(differences.kept()).isEmpty();
      assertThat(differences.comparedCount()).isGreaterThan(3 * ROWS);
      eachListingBecameACardOnce(stack);
      aRepeatChangesNothing(mcp, catalogue);
      consumersReadItOverHttp(stack, outcome);
      aTokenOfAnotherWorkspaceIsNotTaken(stack);
      aProgramWritesAndReadsWithItsKeys(stack, mcp);

      assertThatThrownBy(() -> stack.control().start(stack.state().options()))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("running already");
    }
    assertThat(new StackControl(new Home(dir)).running()).isEmpty();
  }

  /// A listing has one source and came once: version 1, whichever instance built it.
  private static void eachListingBecameACardOnce(RunningStack stack) {
    try (var services = stack.services()) {
      var scan = services.cards("listing");
      int count = 0;
      for (var card = scan.next(); card != null; card = scan.next()) {
        assertThat(card.version()).as(card.key()).isEqualTo(1);
        count++;
      }
      assertThat(count).isEqualTo(ROWS);
    }
  }

  private static void aRepeatChangesNothing(McpClient mcp, ShippedCatalogue catalogue)
      throws IOException {
    var listings = catalogue.source(ShippedCatalogue.LISTINGS);
    var report = new LoadReport();
    var target = new LoadFile.Target(listings.id(), listings.schema(), listings.keyFields(), false);
    try (var rows = listings.rows().open()) {
      new LoadFile(mcp, target, report, _ -> {}).run(rows, 0);
    }
    assertThat(report.unchanged()).isEqualTo(ROWS);
    assertThat(report.created() + report.updated()).isZero();
  }

  private static void consumersReadItOverHttp(RunningStack stack, Demo.Outcome outcome)
      throws Exception {
    var url = outcome.answer().path("requestAs").path("url").asString("");
    assertThat(url).startsWith(stack.state().urls().destinationApi() + "/demo/shop/v1/products");
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url.replaceFirst("\\?.*", ""))).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("manufacturer");
    }
  }

  private static void aTokenOfAnotherWorkspaceIsNotTaken(RunningStack stack) {
    try (var foreign =
        new McpClient(stack.state().urls().mcp("other"), () -> stack.token("admin"))) {
      assertThatThrownBy(foreign::toolsListBytes)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("not taken");
    }
  }

  private static void aProgramWritesAndReadsWithItsKeys(RunningStack stack, McpClient mcp)
      throws Exception {
    var erp = key(mcp, "INGEST", "erp", ShippedCatalogue.LISTINGS);
    var app = key(mcp, "DESTINATION", "app", "shop");
    mcp.callRaw(
        "update_api_version", "{\"apiVersionId\":\"shop.v1\",\"protected\":true,\"confirm\":true}");
    var products = stack.state().urls().destinationApi() + "/demo/shop/v1/products?top=1";
    var entries =
        stack.state().urls().ingestApi()
            + "/v1/sources/"
            + ShippedCatalogue.LISTINGS
            + "/entries?mode=MERGE";
    var entry = "{\"entries\":[{\"id\":\"by-key\",\"values\":{\"channel\":\"ours\"}}]}";
    try (var http = HttpClient.newHttpClient()) {
      assertThat(sent(http, entries, erp, entry).body()).contains("\"created\":1");
      assertThat(sent(http, entries, app, entry).statusCode()).isEqualTo(401);
      assertThat(sent(http, products, app, null).statusCode()).isEqualTo(200);
      assertThat(sent(http, products, null, null).statusCode()).isEqualTo(401);
      var onMcp = sent(http, stack.url().toString(), erp, "{}");
      assertThat(onMcp.statusCode()).isEqualTo(401);
      assertThat(onMcp.headers().firstValue("WWW-Authenticate").orElse(""))
          .contains("application's key");

      mcp.callRaw("revoke_application_key", "{\"api\":\"INGEST\",\"applicationId\":\"erp\"}");
      assertThat(sent(http, entries, erp, entry).statusCode()).isEqualTo(401);
    }
    assertThat(mcp.callRaw("list_applications", "{\"includeRevoked\":true}").toString())
        .contains("\"erp\"", "\"app\"", "REVOKED")
        .doesNotContain(erp, app);
  }

  private static String key(McpClient mcp, String api, String id, String resource) {
    var made =
        mcp.callRaw(
            "create_application",
            "{\"api\":\"%s\",\"id\":\"%s\",\"resourceIds\":[\"%s\"]}".formatted(api, id, resource));
    return made.path("key").asString("");
  }

  private static HttpResponse<String> sent(
      HttpClient http, String url, @Nullable String key, @Nullable String body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url));
    if (key != null) request.header("Authorization", "Bearer " + key);
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .header("Accept", "application/json, text/event-stream")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aTakenPortIsNamedAndNothingIsLeftBehind(@TempDir Path dir) throws Exception {
    int base = RunningStack.freeBase(Map.of());
    var options =
        new StackOptions(base, dir.resolve("data").toString(), false, Map.of(), Optional.empty());
    try (var _ = new ServerSocket(options.ports().kafka(), 1, InetAddress.getLoopbackAddress())) {
      var control = new StackControl(new Home(dir));
      assertThatThrownBy(() -> control.start(options))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("Port " + options.ports().kafka() + " is in use")
          .hasMessageContaining("--port-base");
      assertThat(control.running()).isEmpty();
      assertThat(dir.resolve("data")).doesNotExist();
    }
  }
}
