package io.cardloom.aggregator.testing;

import com.google.protobuf.ByteString;
import io.cardloom.aggregator.call.Peers;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.GrpcServer;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.cards.v1.CardDefinitionsGrpc;
import io.cardloom.proto.cards.v1.CardsGrpc;
import io.cardloom.proto.cards.v1.GetCardDefinitionRequest;
import io.cardloom.proto.cards.v1.GetCardDefinitionResponse;
import io.cardloom.proto.common.v1.CardRef;
import io.cardloom.proto.common.v1.ConfigurationLink;
import io.cardloom.proto.common.v1.ConfigurationNode;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.common.v1.Hit;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.Stage;
import io.cardloom.proto.common.v1.StageStatus;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.common.v1.StagesResponse;
import io.cardloom.proto.common.v1.WriteOutcome;
import io.cardloom.proto.common.v1.WriteStatus;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.CreateDataSourceResponse;
import io.cardloom.proto.ingest.v1.DataSource;
import io.cardloom.proto.ingest.v1.DraftDataSourceResponse;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import io.cardloom.proto.ingest.v1.GetImportStatusRequest;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportDataResponse;
import io.cardloom.proto.ingest.v1.ImportState;
import io.cardloom.proto.ingest.v1.ImportStatus;
import io.cardloom.proto.ingest.v1.SearchEntriesRequest;
import io.cardloom.proto.ingest.v1.SearchEntriesResponse;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import io.cardloom.proto.ingest.v1.StartImportRequest;
import io.cardloom.proto.publishing.v1.ApiVersion;
import io.cardloom.proto.publishing.v1.ApiVersionState;
import io.cardloom.proto.publishing.v1.DestinationDataGrpc;
import io.cardloom.proto.publishing.v1.DestinationsGrpc;
import io.cardloom.proto.publishing.v1.UpdateApiVersionRequest;
import io.cardloom.proto.publishing.v1.UpdateApiVersionResponse;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// The services behind the aggregator, on one real gRPC server. What they do depends on the ids
/// they are asked for; the last caller of each workspace is kept.
public final class FakeServices implements AutoCloseable {
  private final Map<String, Caller> callers = new ConcurrentHashMap<>();
  private final Map<String, StagesRequest> asked = new ConcurrentHashMap<>();
  private final Map<String, ImportStatus> imports = new ConcurrentHashMap<>();
  private final AtomicInteger endlessBegun = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();
  private final GrpcServer server;

  /// How long a slow answer takes.
  public static final Duration SLOW = Duration.ofSeconds(3);

  private static final Duration ENDLESS = Duration.ofMinutes(2);

  /// How many endless answers were asked for.
  public int endlessBegun() {
    return endlessBegun.get();
  }

  /// How many slow answers nobody waited for.
  public int abandoned() {
    return abandoned.get();
  }

  public FakeServices() {
    server =
        GrpcServer.start(
            "127.0.0.1",
            0,
            TestKeys.verifier(),
            _ -> {},
            List.of(
                new FakeSources(),
                new FakeEntries(),
                new FakeDefinitions(),
                new FakeCards(),
                new FakeDestinations(),
                new FakeRows(),
                new FakeApplications()));
  }

  public Peers.Targets targets() {
    String here = "127.0.0.1:" + server.port();
    return new Peers.Targets(here, here, here, here);
  }

  /// Who called last in a workspace, as the services saw it.
  public Caller lastCaller(String workspace) {
    return java.util.Objects.requireNonNull(callers.get(workspace));
  }

  /// What svc-publishing was asked about an entry.
  public StagesRequest rowsAskedFor(String entry) {
    return java.util.Objects.requireNonNull(asked.get(entry));
  }

  private <T> void reply(StreamObserver<T> out, Supplier<T> answer) {
    var caller = Caller.current();
    callers.put(caller.tenant(), caller);
    T message = answer.get();
    out.onNext(message);
    out.onCompleted();
  }

  private static ConfigurationNode node(String kind, String id) {
    return ConfigurationNode.newBuilder()
        .setKind(kind)
        .setId(id)
        .setName(id)
        .setStatus("ACTIVE")
        .build();
  }

  private static ConfigurationLink link(String from, String to, String type) {
    return ConfigurationLink.newBuilder().setFrom(from).setTo(to).setType(type).build();
  }

  private static Stage.Builder stage(String stage, String target, StageStatus status) {
    return Stage.newBuilder().setStage(stage).setTarget(target).setStatus(status);
  }

  private final class FakeSources extends SourcesGrpc.SourcesImplBase {
    @Override
    public void draftDataSource(
        CreateDataSourceRequest request, StreamObserver<DraftDataSourceResponse> out) {
      reply(
          out,
          () -> {
            var answer = DraftDataSourceResponse.newBuilder().setDraft(request);
            if (request.getId().equals("taken")) answer.addProblemsBuilder().setPath("id");
            answer.getSubmitBuilder().setTool("create_data_source").setWhy("Creates it.");
            return answer.build();
          });
    }

    @Override
    public void createDataSource(
        CreateDataSourceRequest request, StreamObserver<CreateDataSourceResponse> out) {
      reply(
          out,
          () ->
              CreateDataSourceResponse.newBuilder()
                  .setSource(
                      DataSource.newBuilder()
                          .setId(request.getId())
                          .setName(request.getName())
                          .setVersion(1))
                  .setOutcome(
                      WriteOutcome.newBuilder()
                          .setStatus(WriteStatus.WRITE_STATUS_APPLIED)
                          .setVersion(1)
                          .setCorrelationId(Caller.current().correlationId()))
                  .build());
    }

    @Override
    public void describeConfiguration(
        ConfigurationPartRequest request, StreamObserver<ConfigurationPart> out) {
      reply(
          out,
          () -> {
            var part = ConfigurationPart.newBuilder().addNodes(node("data_source", "products"));
            part.addNodes(node("data_source", "listings"));
            if (Caller.current().tenant().equals("big")) {
              for (int i = 0; i < 400; i++) part.addNodes(node("data_source", "source-" + i));
            }
            return part.build();
          });
    }
  }

  private final class FakeEntries extends EntriesGrpc.EntriesImplBase {
    @Override
    public void importData(ImportDataRequest request, StreamObserver<ImportDataResponse> out) {
      reply(
          out,
          () -> {
            if (request.getSourceId().equals("strict")) {
              throw new Problem.Invalid(
                      List.of(
                          new Violation(
                              "entries[0].id",
                              "pattern",
                              "entries[0].id is no key.",
                              "a b",
                              List.of("a-z"),
                              "ab"),
                          Violation.of(
                              "entries[1].values.price", "wrong_type", "price must be a number.")))
                  .exception();
            }
            return ImportDataResponse.newBuilder()
                .setSourceId(request.getSourceId())
                .setAcceptedEntryCount(request.getEntriesCount())
                .setCreated(request.getEntriesCount())
                .build();
          });
    }

    /// An import is over after it was asked for once; one of the source `broken` fails.
    @Override
    public void startImport(StartImportRequest request, StreamObserver<ImportStatus> out) {
      reply(
          out,
          () -> {
            var status =
                ImportStatus.newBuilder()
                    .setImportId(UUID.randomUUID().toString())
                    .setSourceId(request.getSourceId())
                    .setState(ImportState.IMPORT_STATE_RUNNING)
                    .setTotal(request.getEntriesCount())
                    .setStartedAt("2026-11-21T10:00:00Z")
                    .setExpiresAt("2026-11-22T10:00:00Z")
                    .build();
            imports.put(Caller.current().tenant() + "/" + status.getImportId(), status);
            return status;
          });
    }

    @Override
    public void getImportStatus(GetImportStatusRequest request, StreamObserver<ImportStatus> out) {
      reply(
          out,
          () -> {
            String key = Caller.current().tenant() + "/" + request.getImportId();
            var status = imports.get(key);
            if (status == null) {
              throw new Problem.NotFound("import", request.getImportId()).exception();
            }
            boolean fails = status.getSourceId().equals("broken");
            imports.put(
                key,
                status.toBuilder()
                    .setState(
                        fails
                            ? ImportState.IMPORT_STATE_FAILED
                            : ImportState.IMPORT_STATE_COMPLETED)
                    .setApplied(fails ? 0 : status.getTotal())
                    .setProblem(fails ? "The source changed." : "")
                    .build());
            return status;
          });
    }

    @Override
    public void searchEntries(
        SearchEntriesRequest request, StreamObserver<SearchEntriesResponse> out) {
      reply(
          out,
          () ->
              switch (request.getSourceId()) {
                case "missing" ->
                    throw new Problem.NotFound(
                            "data source",
                            "missing",
                            "missive",
                            List.of(new Next("list_configuration", "{}", "lists them")))
                        .exception();
                case "bug" -> throw new IllegalStateException("secret detail");
                case "slow" -> slow(SLOW);
                case "endless" -> slow(ENDLESS);
                case "long" -> page(request.getQuery().getLimit());
                default ->
                    SearchEntriesResponse.newBuilder()
                        .addEntries(
                            Hit.newBuilder()
                                .setId("e1")
                                .setVersion(1L << 60)
                                .setValues(
                                    Json.newBuilder()
                                        .setUtf8(
                                            ByteString.copyFromUtf8(
                                                "{\"name\": \"Skrivbord å\\n\", \"price\":10.50}"))))
                        .setTotal(1)
                        .build();
              });
    }

    /// Answers in a while, or when nobody waits for it any more.
    private SearchEntriesResponse slow(Duration wait) {
      if (wait.equals(ENDLESS)) endlessBegun.incrementAndGet();
      var left = new CountDownLatch(1);
      Context.current().addListener(_ -> left.countDown(), Runnable::run);
      try {
        if (left.await(wait.toMillis(), TimeUnit.MILLISECONDS)) abandoned.incrementAndGet();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      return SearchEntriesResponse.getDefaultInstance();
    }

    /// Hits of 4,000 bytes each.
    private static SearchEntriesResponse page(int limit) {
      var page = SearchEntriesResponse.newBuilder();
      int size = limit == 0 ? 50 : limit;
      var values = ByteString.copyFromUtf8("{\"text\":\"" + "x".repeat(4000) + "\"}");
      for (int i = 0; i < size; i++) {
        page.addEntries(
            Hit.newBuilder().setId("e" + i).setValues(Json.newBuilder().setUtf8(values)));
      }
      return page.setAfter("after-" + size).build();
    }

    @Override
    public void describeStages(StagesRequest request, StreamObserver<StagesResponse> out) {
      reply(
          out,
          () -> {
            if (request.getEntryId().equals("gone")) return StagesResponse.getDefaultInstance();
            var accepted = stage("ingest", request.getSourceId(), StageStatus.STAGE_STATUS_DONE);
            return StagesResponse.newBuilder()
                .addStages(accepted.setVersion(3).setAt("2026-11-21T10:00:00Z"))
                .addStages(
                    stage("entry_index", request.getSourceId(), StageStatus.STAGE_STATUS_DONE)
                        .setVersion(3)
                        .setAt("2026-11-21T10:00:00.250Z"))
                .build();
          });
    }
  }

  private final class FakeDefinitions extends CardDefinitionsGrpc.CardDefinitionsImplBase {
    @Override
    public void getCardDefinition(
        GetCardDefinitionRequest request, StreamObserver<GetCardDefinitionResponse> out) {
      reply(
          out,
          () -> {
            if (!request.getCardDefinitionId().equals("pc")) {
              throw new Problem.NotFound("card definition", request.getCardDefinitionId())
                  .exception();
            }
            return GetCardDefinitionResponse.newBuilder()
                .setCardDefinition(CardDefinition.newBuilder().setId("pc").setName("<Product>"))
                .build();
          });
    }

    @Override
    public void describeConfiguration(
        ConfigurationPartRequest request, StreamObserver<ConfigurationPart> out) {
      reply(
          out,
          () ->
              ConfigurationPart.newBuilder()
                  .addNodes(node("card_definition", "pc"))
                  .addLinks(link("products", "pc", "feeds"))
                  .build());
    }
  }

  private final class FakeCards extends CardsGrpc.CardsImplBase {
    @Override
    public void describeStages(StagesRequest request, StreamObserver<StagesResponse> out) {
      reply(
          out,
          () -> {
            if (request.getEntryId().equals("unused")) return StagesResponse.getDefaultInstance();
            var status =
                request.getEntryId().equals("late")
                    ? StageStatus.STAGE_STATUS_PENDING
                    : StageStatus.STAGE_STATUS_DONE;
            return StagesResponse.newBuilder()
                .addStages(
                    stage("card", "pc", status)
                        .setAt("2026-11-21T10:00:01Z")
                        .setDetail("version " + request.getEntryVersion()))
                .addCards(
                    CardRef.newBuilder()
                        .setCardDefinitionId("pc")
                        .setCardId("card-1")
                        .setVersion(9))
                .build();
          });
    }
  }

  private final class FakeDestinations extends DestinationsGrpc.DestinationsImplBase {
    @Override
    public void updateApiVersion(
        UpdateApiVersionRequest request, StreamObserver<UpdateApiVersionResponse> out) {
      reply(
          out,
          () -> {
            if (!request.getConfirm()) {
              String next =
                  "{\"apiVersionId\":\""
                      + request.getApiVersionId()
                      + "\",\"state\":\"STOPPED\",\"confirm\":true}";
              throw new Problem.NeedsConfirmation(
                      "Stopping it ends serving.",
                      Map.of("endpoints", "2"),
                      List.of(new Next("update_api_version", next, "stops it")))
                  .exception();
            }
            return UpdateApiVersionResponse.newBuilder()
                .setApiVersion(
                    ApiVersion.newBuilder()
                        .setId(request.getApiVersionId())
                        .setState(ApiVersionState.API_VERSION_STATE_STOPPED))
                .build();
          });
    }

    @Override
    public void describeConfiguration(
        ConfigurationPartRequest request, StreamObserver<ConfigurationPart> out) {
      reply(
          out,
          () ->
              ConfigurationPart.newBuilder()
                  .addNodes(node("endpoint", "shop.v1.pcs"))
                  .addNodes(node("api_version", "shop.v1"))
                  .addNodes(node("destination", "shop"))
                  .addLinks(link("pc", "shop.v1.pcs", "publishes"))
                  .addLinks(link("shop.v1", "shop.v1.pcs", "contains"))
                  .addLinks(link("shop", "shop.v1", "contains"))
                  .build());
    }
  }

  private final class FakeRows extends DestinationDataGrpc.DestinationDataImplBase {
    @Override
    public void describeStages(StagesRequest request, StreamObserver<StagesResponse> out) {
      reply(
          out,
          () -> {
            asked.put(request.getEntryId(), request);
            if (request.getCardsCount() == 0) return StagesResponse.getDefaultInstance();
            return StagesResponse.newBuilder()
                .addStages(
                    stage("destination", "shop.v1.pcs", StageStatus.STAGE_STATUS_DONE)
                        .setAt("2026-11-21T10:00:02Z"))
                .build();
          });
    }
  }

  @Override
  public void close() {
    server.drain(Duration.ZERO);
  }
}
