package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.stack.Readiness;
import io.cardloom.local.stack.StackControl;
import io.cardloom.local.stack.StackState;
import io.cardloom.local.stack.StackUrls;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `status`: what runs. Exit code 0 when all of it is ready.
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "What runs: URLs, versions, readiness.")
public final class StatusCommand implements Callable<Integer> {
  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public Integer call() {
    var running = new StackControl(Home.ofProcess()).running();
    if (running.isEmpty()) {
      System.out.println(json ? "{\"running\":false,\"ready\":false}" : "Nothing is running here.");
      return 1;
    }
    var state = running.get();
    var answers = Readiness.ask(state.urls(), state.options());
    boolean ready =
        state.phase() == StackState.Phase.READY
            && answers.stream().allMatch(Readiness.Answer::ready);
    if (json) {
      System.out.println(asJson(state, answers, ready));
    } else {
      print(state.urls());
      for (var answer : answers) {
        System.out.printf(
            "  %-16s %s%n",
            answer.part().title() + "/" + (answer.instance() + 1),
            answer.ready() ? "ready" : "NOT READY " + answer.detail());
      }
    }
    return ready ? 0 : 1;
  }

  private static ObjectNode asJson(
      StackState state, List<Readiness.Answer> answers, boolean ready) {
    var urls = state.urls();
    var object = JsonNodeFactory.instance.objectNode();
    object.put("running", true).put("ready", ready);
    object
        .putObject("urls")
        .put("mcp", urls.mcp(WorkspaceNames.DEMO).toString())
        .put("page", urls.page())
        .put("ingestApi", urls.ingestApi())
        .put("destinationApi", urls.destinationApi())
        .put("issuer", urls.issuer())
        .put("jwks", urls.jwks());
    object
        .putObject("versions")
        .put("cardloom", "0.1.0")
        .put("java", Runtime.version().toString())
        .put("postgresql", "18")
        .put("kafka", "4.3.1")
        .put("keycloak", "26.7.3");
    object.put("startedAt", state.startedAt()).put("supervisorPid", state.supervisorPid());
    object.put("separate", state.options().separate());
    var services = object.putArray("services");
    for (var answer : answers) {
      var service =
          services
              .addObject()
              .put("name", answer.part().title())
              .put("instance", answer.instance() + 1)
              .put("ready", answer.ready())
              .put("health", urls.health(answer.part(), answer.instance()));
      state.services().stream()
          .filter(one -> one.part() == answer.part() && one.instance() == answer.instance())
          .findFirst()
          .ifPresent(one -> service.put("pid", one.pid()).put("restarts", one.restarts()));
    }
    return object;
  }

  static void print(StackUrls urls) {
    System.out.printf(
        """
          MCP              %s
          Page for people  %s
          Ingest API       %s
          Destination API  %s
          Sign-in          %s
        """,
        urls.mcp(WorkspaceNames.DEMO),
        urls.page(),
        urls.ingestApi(),
        urls.destinationApi(),
        urls.issuer());
  }
}
