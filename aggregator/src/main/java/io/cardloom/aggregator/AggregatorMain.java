package io.cardloom.aggregator;

import io.cardloom.aggregator.audit.Refusals;
import io.cardloom.aggregator.audit.Trail;
import io.cardloom.aggregator.call.CallLimits;
import io.cardloom.aggregator.call.CallTool;
import io.cardloom.aggregator.call.Peers;
import io.cardloom.aggregator.call.ToolBody;
import io.cardloom.aggregator.catalogue.Catalogue;
import io.cardloom.aggregator.catalogue.Comments;
import io.cardloom.aggregator.catalogue.Contracts;
import io.cardloom.aggregator.catalogue.ToolLists;
import io.cardloom.aggregator.connect.Connect;
import io.cardloom.aggregator.identity.ProtectedResource;
import io.cardloom.aggregator.identity.TokenCheck;
import io.cardloom.aggregator.mcp.Limits;
import io.cardloom.aggregator.mcp.McpEndpoint;
import io.cardloom.aggregator.mcp.Origins;
import io.cardloom.aggregator.mcp.ServerInfo;
import io.cardloom.aggregator.mcp.Subscriptions;
import io.cardloom.aggregator.offer.Completions;
import io.cardloom.aggregator.offer.Prompts;
import io.cardloom.aggregator.offer.Resources;
import io.cardloom.aggregator.offer.Tasks;
import io.cardloom.aggregator.offer.Tools;
import io.cardloom.aggregator.tool.ListConfiguration;
import io.cardloom.aggregator.tool.ManageApplications;
import io.cardloom.aggregator.tool.TraceEntryLifecycle;
import io.cardloom.aggregator.tool.Whoami;
import io.cardloom.kit.call.Keys;
import io.cardloom.kit.event.AuditSender;
import io.cardloom.kit.event.EventSender;
import io.cardloom.kit.event.Topics;
import io.cardloom.kit.limit.Buckets;
import io.cardloom.kit.run.HttpServer;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.proto.aggregator.v1.ListConfigurationRequest;
import io.cardloom.proto.aggregator.v1.TraceEntryLifecycleRequest;
import io.cardloom.proto.application.v1.CreateApplicationRequest;
import io.cardloom.proto.application.v1.ListApplicationsRequest;
import io.cardloom.proto.application.v1.RevokeApplicationKeyRequest;
import io.cardloom.proto.application.v1.RotateApplicationKeyRequest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Wires the aggregator. Read top to bottom: every part it has is built here, once.
public final class AggregatorMain {
  private AggregatorMain() {}

  public static void main(String[] args) {
    Service.run(() -> start(AggregatorConfig.from(Settings.ofProcess())));
  }

  public static Service start(AggregatorConfig config) {
    var server = config.server();
    var service = Service.named("aggregator");
    var catalogue = Catalogue.compile(Contracts.ALL, Comments.onClassPath());
    var peers =
        service.using(Peers.open(config.peers(), server.signer("aggregator"), service.tls(server)));
    Topics.ensure(config.kafka(), Topics.AUDIT_RECORDED);
    var events = service.using(EventSender.open(config.kafka()));
    var audit = new AuditSender(events);
    var refusals = new Refusals(audit::send, Clock.systemUTC(), service.meters());
    var trail = new Trail(audit, refusals, Clock.systemUTC());
    var configuration = new ListConfiguration(peers, config.deadlines().part());
    var lifecycle = new TraceEntryLifecycle(peers, config.deadlines().part());
    var applications = new ManageApplications(peers, config.deadlines());
    Map<String, ToolBody> own =
        Map.of(
            "list_applications",
                ToolBody.typed(ListApplicationsRequest.parser(), applications::list),
            "create_application",
                ToolBody.typed(CreateApplicationRequest.parser(), applications::create),
            "rotate_application_key",
                ToolBody.typed(RotateApplicationKeyRequest.parser(), applications::rotate),
            "revoke_application_key",
                ToolBody.typed(RevokeApplicationKeyRequest.parser(), applications::revoke),
            "whoami", new Whoami(catalogue, ServerInfo.CARDLOOM.version()),
            "list_configuration",
                ToolBody.typed(ListConfigurationRequest.parser(), configuration::run),
            "trace_entry_lifecycle",
                ToolBody.typed(TraceEntryLifecycleRequest.parser(), lifecycle::run));
    var tools =
        new CallTool(
            catalogue, peers, config.deadlines(), new CallLimits(config.calls()), own, trail);
    var tasks = new Tasks(tools, Clock.systemUTC());
    // Tools, prompts and resources come with a release: nothing changes while it runs.
    var subscriptions = service.using(new Subscriptions(Set.of(), config.streams().life()));
    var mcp =
        new McpEndpoint(
            service.using(new TokenCheck(config.identity(), Clock.systemUTC())),
            new ProtectedResource(config.identity()),
            Origins.of(config.allowedOrigins(), config.identity().publicBase(), server.host()),
            ServerInfo.CARDLOOM,
            new Limits(config.streams(), Buckets.Rate.of(config.requestsPerSecond())),
            refusals,
            service.meters(),
            List.of(
                new Tools(
                    new ToolLists(catalogue),
                    tools,
                    tasks,
                    catalogue.drafts(),
                    Keys.readPrivate(server.keys(), "aggregator"),
                    Clock.systemUTC()),
                tasks,
                new Resources(catalogue, peers, config.deadlines().part(), trail),
                new Prompts(),
                new Completions(peers, config.deadlines().part()),
                subscriptions));
    var connect =
        service.using(new Connect(config.identity(), config.connect(), McpEndpoint::from));
    return service
        .http(
            new HttpServer.Public(
                server.host(),
                server.httpPort(),
                config.bodyBytesMax(),
                routing -> {
                  mcp.routes(routing);
                  connect.routes(routing, (_, response) -> McpEndpoint.nothing(response));
                }))
        .admin(server.host(), server.adminPort())
        .loop("refusals", refusals::telling)
        .start();
  }
}
