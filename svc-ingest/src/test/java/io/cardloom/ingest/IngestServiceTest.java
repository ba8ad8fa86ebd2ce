package io.cardloom.ingest;

import static io.cardloom.ingest.TestIngest.batch;
import static io.cardloom.ingest.TestIngest.entry;
import static io.cardloom.ingest.TestIngest.gone;
import static io.cardloom.ingest.TestIngest.property;
import static io.cardloom.ingest.TestIngest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.kit.testing.TestWorkspaces;
import io.cardloom.proto.Permission;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.Hit;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.Stage;
import io.cardloom.proto.common.v1.StageStatus;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import io.cardloom.proto.ingest.v1.ListSourceEntriesRequest;
import io.cardloom.proto.ingest.v1.SearchEntriesRequest;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import io.cardloom.proto.ingest.v1.StoredEntry;
import io.cardloom.proto.ingest.v1.UpsertDataSourcePropertiesRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The whole service, over its gRPC edge, with the real PostgreSQL and Kafka. Each test has a
/// workspace of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IngestServiceTest {
  private Service service;
  private Service second;
  private Peer peer;

  @BeforeAll
  void start() {
    var db = TestServers.freshSchema();
    var kafka = TestServers.freshTopics();
    var values = new HashMap<>(TestIngest.ports());
    values.put("keys", TestKeys.folder().toString());
    values.put("db.url", db.url());
    values.put("db.schema", db.schema());
    values.put("db.role", db.role());
    values.put("db.pool-size", "6");
    values.put("kafka.bootstrap", kafka.bootstrap());
    values.put("kafka.prefix", kafka.prefix());
    values.put("kafka.partitions", "2");
    service = IngestMain.start(IngestConfig.from(Settings.of(values)));
    second = IngestMain.start(IngestConfig.from(Settings.of(values)));
    TestWorkspaces.provision(service, "flow", "convert", "edge", "doors", "drafts");
    peer =
        Peer.open("svc-ingest", "127.0.0.1:" + service.grpcPort(), TestKeys.signer("aggregator"));
  }

  @AfterAll
  void stop() {
    peer.close();
    second.close();
    service.close();
  }

  private EntriesGrpc.EntriesBlockingStub entries(Caller caller) {
    return EntriesGrpc.newBlockingStub(peer.as(caller, Duration.ofSeconds(20)));
  }

  private EntriesGrpc.EntriesBlockingStub entries(String tenant) {
    return entries(TestKeys.everything(tenant));
  }

  private SourcesGrpc.SourcesBlockingStub sources(String tenant) {
    return SourcesGrpc.newBlockingStub(
        peer.as(TestKeys.everything(tenant), Duration.ofSeconds(20)));
  }

  private void create(String tenant, String id) {
    var request = CreateDataSourceRequest.newBuilder().setId(id).setName(id).addLanguages("en");
    TestIngest.PROPERTIES.forEach(one -> request.addProperties(property(one)));
    var _ = sources(tenant).createDataSource(request.build());
  }

  private List<String> found(String tenant, Query.Builder query) {
    return entries(tenant)
        .searchEntries(SearchEntriesRequest.newBuilder().setSourceId("s").setQuery(query).build())
        .getEntriesList()
        .stream()
        .map(Hit::getId)
        .toList();
  }

  /// Also on a machine that is busy with other things.
  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(60));
  }

  private static Query.Builder dearerThan(double price) {
    return Query.newBuilder()
        .addFilters(
            Filter.newBuilder()
                .setProperty("price")
                .setNumber(NumberFilter.newBuilder().setGt(price)));
  }

  @Test
  void aChangeIsFoundByASearchAMomentLater() {
    create("flow", "s");
    var answer =
        entries("flow")
            .importData(
                batch(
                        "s",
                        entry("a", "{\"price\":1,\"name\":\"Desk\"}"),
                        entry("b", "{\"price\":20,\"tags\":[\"x\"]}"),
                        entry("c", "{\"price\":30}"))
                    .build());
    assertThat(answer.getCreated()).isEqualTo(3);
    await()
        .untilAsserted(() -> assertThat(found("flow", dearerThan(10))).containsExactly("b", "c"));
    var _ = entries("flow").importData(batch("s", entry("a", "{\"price\":15}"), gone("c")).build());
    await()
        .untilAsserted(() -> assertThat(found("flow", dearerThan(10))).containsExactly("a", "b"));
    await()
        .untilAsserted(() ->
            assertThat(
                    entries("flow")
                        .listSourceEntries(
                            ListSourceEntriesRequest.newBuilder().setSourceId("s").build())
                        .getEntriesList())
                .allMatch(StoredEntry::getIndexed)
                .extracting(StoredEntry::getId)
                .containsExactly("a", "b"));
    var stages =
        entries("flow")
            .describeStages(StagesRequest.newBuilder().setSourceId("s").setEntryId("a").build())
            .getStagesList();
    assertThat(stages).extracting(Stage::getStage).containsExactly("ingest", "entry_index");
    assertThat(stages)
        .allMatch(stage -> stage.getStatus() == StageStatus.STAGE_STATUS_DONE)
        .allMatch(stage -> stage.getVersion() == 2);
    assertThat(service.failures()).isEmpty();
    assertThat(second.failures()).isEmpty();
  }

  @Test
  void aDraftAnswersWithWhatItsContractRefuses() {
    var request =
        CreateDataSourceRequest.newBuilder()
            .setId("a b")
            .setName("x".repeat(300))
            .addProperties(property("n:TEXT:;"));
    var draft = sources("drafts").draftDataSource(request.build());
    assertThat(draft.getProblemsList())
        .extracting(problem -> problem.getPath() + " " + problem.getRule())
        .containsExactlyInAnyOrder(
            "id bad_id", "name string.max_len", "properties[0].delimiter delimiter_not_allowed");
    assertThat(refused(() -> peer.call(() -> sources("drafts").createDataSource(request.build()))))
        .as("the contract is checked before the service's own rules")
        .isInstanceOfSatisfying(
            Problem.Told.class,
            told ->
                assertThat(told.detail().getViolationsList())
                    .extracting(problem -> problem.getPath())
                    .containsExactly("id", "name"));
    var good =
        sources("drafts")
            .draftDataSource(request.setId("s").setName("S").clearProperties().build());
    assertThat(good.getProblemsList()).isEmpty();
    assertThat(sources("drafts").createDataSource(good.getDraft()).getSource().getName())
        .isEqualTo("S");
  }

  @Test
  void aConvertedPropertyIsSearchedAsItsNewType() {
    create("convert", "s");
    var _ =
        entries("convert")
            .importData(
                batch("s", entry("a", "{\"name\":\"15\"}"), entry("b", "{\"name\":\"?\"}"))
                    .build());
    var _ =
        sources("convert")
            .upsertDataSourceProperties(
                UpsertDataSourcePropertiesRequest.newBuilder()
                    .setSourceId("s")
                    .addProperties(property("name:INTEGER"))
                    .setAllowReindex(true)
                    .build());
    var query =
        Query.newBuilder()
            .addFilters(
                Filter.newBuilder()
                    .setProperty("name")
                    .setNumber(NumberFilter.newBuilder().setGt(10)));
    soon().untilAsserted(() -> assertThat(found("convert", query)).containsExactly("a"));
  }

  @Test
  void theEdgeRefusesWithEveryViolation() {
    create("edge", "s");
    var problem =
        refused(() ->
            peer.call(
                () -> entries("edge").importData(batch("s", entry("a b", "{\"nam\":1}")).build())));
    assertThat(problem)
        .isInstanceOfSatisfying(
            Problem.Told.class,
            told -> {
              assertThat(told.code()).isEqualTo("validation_failed");
              assertThat(told.detail().getViolationsList())
                  .extracting(
                      one -> one.getPath() + " " + one.getRule() + " " + one.getDidYouMean())
                  .containsExactly(
                      "entries[0].id bad_key ", "entries[0].values.nam unknown_property name");
            });
  }

  @Test
  void whoMayNotAndWhatIsNotThereIsSaid() {
    create("doors", "s");
    var reader = new Caller("doors", "reader", Set.of(Permission.DATA_READ), "correlation");
    assertThat(
            refused(() ->
                peer.call(() -> entries(reader).importData(batch("s", entry("a", "{}")).build()))))
        .satisfies(problem -> assertThat(problem.code()).isEqualTo("forbidden"));
    assertThat(
            refused(() ->
                peer.call(() ->
                    entries("doors")
                        .describeStages(
                            StagesRequest.newBuilder().setSourceId("s").setEntryId("x").build()))))
        .satisfies(problem -> assertThat(problem.code()).isEqualTo("not_found"));
    assertThat(refused(() -> peer.call(() -> found("others", Query.newBuilder()))))
        .isInstanceOf(Problem.Told.class);
    assertThat(refused(() -> peer.call(() -> entries("doors").importData(batch("s").build()))))
        .satisfies(problem -> assertThat(problem.code()).isEqualTo("validation_failed"));
  }
}
