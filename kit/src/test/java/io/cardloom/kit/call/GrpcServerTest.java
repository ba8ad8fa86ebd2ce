package io.cardloom.kit.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.Permission;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.DraftDataSourceResponse;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import io.cardloom.proto.metrics.v1.ListMetricsRequest;
import io.cardloom.proto.metrics.v1.ListMetricsResponse;
import io.cardloom.proto.metrics.v1.MetricInfo;
import io.cardloom.proto.metrics.v1.MetricsGrpc;
import io.cardloom.proto.metrics.v1.QueryMetricRequest;
import io.cardloom.proto.metrics.v1.QueryMetricResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GrpcServerTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private GrpcServer server;
  private Peer peer;

  /// Answers by what is asked for, so that each way a call can end is seen from outside.
  private static final class Echo extends MetricsGrpc.MetricsImplBase {
    @Override
    public void listMetrics(ListMetricsRequest request, StreamObserver<ListMetricsResponse> out) {
      switch (request.getQuery()) {
        case "not_found" -> throw new Problem.NotFound("metric", "x", "y", List.of()).exception();
        case "invalid" ->
            throw new Problem.Invalid(
                    List.of(
                        new Violation(
                            "a.b[0]",
                            "wrong_type",
                            "It is\nno nümber.",
                            "got",
                            List.of("1"),
                            "near"),
                        Violation.of("c", "required", "It is missing.")))
                .exception();
        case "stale" -> throw new Problem.Stale("metric", "x", 1, 2).exception();
        case "confirm" ->
            throw new Problem.NeedsConfirmation("Sure?", Map.of("rows", "5"), List.of())
                .exception();
        case "bug" -> throw new IllegalStateException("secret words");
        default -> {
          Caller caller = Caller.current();
          var info =
              MetricInfo.newBuilder()
                  .setName(caller.tenant() + "/" + caller.subject() + "/" + caller.correlationId());
          Rpc.reply(out, ListMetricsResponse.newBuilder().addMetrics(info).build());
        }
      }
    }

    @Override
    public void queryMetric(QueryMetricRequest request, StreamObserver<QueryMetricResponse> out) {
      Rpc.reply(out, QueryMetricResponse.getDefaultInstance());
    }
  }

  /// Tells what it was given, broken constraints and all.
  private static final class Drafts extends SourcesGrpc.SourcesImplBase {
    @Override
    public void draftDataSource(
        CreateDataSourceRequest request, StreamObserver<DraftDataSourceResponse> out) {
      Rpc.reply(
          out,
          DraftDataSourceResponse.newBuilder()
              .addAllProblems(
                  Constraints.broken(request).stream()
                      .map(one ->
                          io.cardloom.proto.common.v1.Violation.newBuilder()
                              .setPath(one.path())
                              .build())
                      .toList())
              .build());
    }
  }

  @BeforeAll
  void start() {
    server =
        GrpcServer.start(
            new GrpcServer.Listening("127.0.0.1", 0, Tls.NONE, GrpcServer.CONNECTION_LIFE, meters),
            TestKeys.verifier(),
            _ -> {},
            List.of(new Echo(), new Drafts()));
    peer = Peer.open("svc-metrics", "127.0.0.1:" + server.port(), TestKeys.signer("aggregator"));
  }

  @AfterAll
  void stop() {
    peer.close();
    server.drain(Duration.ofSeconds(1));
  }

  private String call(Caller caller, String query) {
    var stub = MetricsGrpc.newBlockingStub(peer.as(caller, DEADLINE));
    return peer.call(
            () -> stub.listMetrics(ListMetricsRequest.newBuilder().setQuery(query).build()))
        .getMetrics(0)
        .getName();
  }

  private Problem problem(Caller caller, String query) {
    try {
      call(caller, query);
      throw new AssertionError("no problem");
    } catch (ProblemException told) {
      return told.problem();
    }
  }

  @Test
  void everyAnswerIsTimedByMethodAndCode() {
    var stub = MetricsGrpc.newBlockingStub(peer.as(TestKeys.everything("acme"), DEADLINE));
    var _ =
        stub.queryMetric(
            QueryMetricRequest.newBuilder().setName("m").setFrom("-").setTo("-").build());
    // It is counted once the answer is sent, so the caller may have it a moment earlier.
    await()
        .untilAsserted(() ->
            assertThat(
                    meters
                        .find("grpc.server.calls")
                        .tag("method", "cardloom.metrics.v1.Metrics/QueryMetric")
                        .tag("code", "OK")
                        .timers())
                .singleElement()
                .satisfies(timer -> assertThat(timer.count()).isEqualTo(1)));
  }

  @Test
  void theCallerArrivesWithItsCorrelation() {
    Caller caller = TestKeys.everything("acme").withCorrelation("c-1");
    assertThat(call(caller, "")).isEqualTo("acme/test/c-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"not_found", "stale", "confirm", "invalid"})
  void aProblemArrivesWhole(String kind) {
    Problem told = problem(TestKeys.everything("acme"), kind);
    assertThat(told.code())
        .isEqualTo(
            switch (kind) {
              case "stale" -> "conflict";
              case "confirm" -> "confirmation_required";
              case "invalid" -> "validation_failed";
              default -> "not_found";
            });
    if (kind.equals("invalid")) {
      assertThat(told.toPb().getViolationsList()).hasSize(2);
      assertThat(told.toPb().getViolations(0).getMessage()).isEqualTo("It is\nno nümber.");
      assertThat(told.toPb().getViolations(0).getDidYouMean()).isEqualTo("near");
    }
  }

  @Test
  void aBugIsANumberAndNothingMore() {
    assertThatThrownBy(() -> call(TestKeys.everything("acme"), "bug"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("INTERNAL")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aDraftReachesItsHandlerHoweverBrokenItIs() {
    var stub = SourcesGrpc.newBlockingStub(peer.as(TestKeys.everything("acme"), DEADLINE));
    var broken = CreateDataSourceRequest.newBuilder().setId("no spaces").build();
    assertThat(stub.draftDataSource(broken).getProblemsList())
        .extracting(io.cardloom.proto.common.v1.Violation::getPath)
        .containsExactlyInAnyOrder("id", "name");
  }

  @Test
  void whatTheContractForbidsNeverReachesTheHandler() {
    Problem told = problem(TestKeys.everything("acme"), "q".repeat(300));
    assertThat(told.code()).isEqualTo("validation_failed");
    assertThat(told.toPb().getViolations(0).getPath()).isEqualTo("query");
  }

  @Test
  void aPermissionThatIsMissingIsNamed() {
    var caller = new Caller("acme", "x", Set.of(Permission.CONFIG_READ), "c");
    Problem told = problem(caller, "");
    assertThat(told.code()).isEqualTo("forbidden");
    assertThat(told.message()).contains("DATA_READ");
  }

  @Test
  void aCallWithoutAnInternalTokenIsRefused() {
    var channel =
        io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder.forAddress(
                "127.0.0.1", server.port())
            .usePlaintext()
            .build();
    try {
      var stub = MetricsGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE);
      assertThatThrownBy(() -> stub.listMetrics(ListMetricsRequest.getDefaultInstance()))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refused ->
                  assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aTokenSignedByAStrangerIsRefused() {
    var stranger =
        new InternalTokens.Signer("aggregator", Keys.make().getPrivate(), Clock.systemUTC());
    try (Peer forged = Peer.open("svc-metrics", "127.0.0.1:" + server.port(), stranger)) {
      var stub = MetricsGrpc.newBlockingStub(forged.as(TestKeys.everything("acme"), DEADLINE));
      assertThatThrownBy(
              () -> forged.call(() -> stub.listMetrics(ListMetricsRequest.getDefaultInstance())))
          .hasMessageContaining("unauthenticated");
    }
  }

  @Test
  void aServiceThatIsDownIsNamedWithWhenToTryAgain() {
    try (Peer down = Peer.open("svc-cards", "127.0.0.1:1", TestKeys.signer("aggregator"))) {
      var stub = MetricsGrpc.newBlockingStub(down.as(TestKeys.everything("acme"), DEADLINE));
      assertThatThrownBy(
              () -> down.call(() -> stub.listMetrics(ListMetricsRequest.getDefaultInstance())))
          .hasMessageContaining("unavailable: svc-cards does not answer");
    }
  }
}
