package io.cardloom.aggregator.conformance;

import io.cardloom.aggregator.audit.Refusals;
import io.cardloom.aggregator.identity.IdentityConfig;
import io.cardloom.aggregator.identity.ProtectedResource;
import io.cardloom.aggregator.identity.Verdict;
import io.cardloom.aggregator.mcp.Limits;
import io.cardloom.aggregator.mcp.McpEndpoint;
import io.cardloom.aggregator.mcp.Origins;
import io.cardloom.aggregator.mcp.ServerInfo;
import io.cardloom.aggregator.mcp.StreamConfig;
import io.cardloom.aggregator.mcp.Subscriptions;
import io.cardloom.aggregator.mcp.Subscriptions.Change;
import io.cardloom.aggregator.testing.TestIssuer;
import io.cardloom.kit.limit.Buckets;
import io.cardloom.kit.run.HttpServer;
import io.cardloom.kit.run.Service;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/// Serves the fixtures on `/conformance/mcp` of this machine. The suite sends no tokens, so this
/// workspace is open; it holds nothing but fixtures. `main` takes a port, 0 or none for a free one,
/// and prints the URL.
public final class ConformanceServer {
  private static final String WORKSPACE = "conformance";
  private static final int BODY_BYTES_MAX = 4 << 20;

  private ConformanceServer() {}

  public static void main(String[] args) {
    Service.run(() -> {
      var service = start(args.length == 0 ? 0 : Integer.parseInt(args[0]));
      System.out.println("http://localhost:" + service.httpPort() + "/" + WORKSPACE + "/mcp");
      return service;
    });
  }

  static Service start(int port) {
    var service = Service.named(WORKSPACE);
    var suite = TestIssuer.principal(WORKSPACE, "suite");
    var subscriptions =
        service.using(
            new Subscriptions(Set.of(Change.TOOLS, Change.PROMPTS), StreamConfig.USUAL.life()));
    var mcp =
        new McpEndpoint(
            (_, workspace) ->
                workspace.equals(WORKSPACE) ? new Verdict.Verified(suite) : new Verdict.Missing(),
            new ProtectedResource(
                new IdentityConfig(
                    "http://localhost",
                    "http://localhost",
                    URI.create("http://localhost/jwks"),
                    IdentityConfig.Claims.DEFAULT)),
            Origins.of(List.of(), "http://localhost", "127.0.0.1"),
            ServerInfo.CARDLOOM,
            new Limits(StreamConfig.USUAL, Buckets.Rate.of(1000)),
            new Refusals(_ -> {}, Clock.systemUTC(), service.meters()),
            service.meters(),
            List.of(
                new FixtureTools(subscriptions),
                new FixtureResources(),
                new FixturePrompts(),
                new FixtureCompletion(),
                subscriptions));
    return service
        .http(new HttpServer.Public("127.0.0.1", port, BODY_BYTES_MAX, mcp::routes))
        .admin("127.0.0.1", 0)
        .start();
  }
}
