package io.cardloom.ingest.source;

import static io.cardloom.ingest.TestIngest.caller;
import static io.cardloom.ingest.TestIngest.change;
import static io.cardloom.ingest.TestIngest.entry;
import static io.cardloom.ingest.TestIngest.property;
import static io.cardloom.ingest.TestIngest.refused;
import static io.cardloom.ingest.TestIngest.violations;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.ingest.TestIngest;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.Detail;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.common.v1.WriteStatus;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaResponse;
import io.cardloom.proto.ingest.v1.PropertyInput;
import java.util.List;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/ingest"})
final class SourcesTest {
  private static CreateDataSourceRequest.Builder draft(String id) {
    return CreateDataSourceRequest.newBuilder().setId(id).setName("Name of " + id);
  }

  private static DescribeDataSourceSchemaResponse describe(TestIngest ingest, String id) {
    return ingest.describe.run(
        caller("acme"), DescribeDataSourceSchemaRequest.newBuilder().setSourceId(id).build());
  }

  @Test
  void aSourceIsCreatedWithItsPropertiesAndRelationsBothWays(Db db) {
    var ingest = new TestIngest(db).source("products");
    var created =
        ingest.create.run(
            caller("acme"),
            draft("prices")
                .addLanguages("sv_se")
                .addRelatedSourceIds("products")
                .addProperties(property("Price:DECIMAL"))
                .addProperties(
                    PropertyInput.newBuilder()
                        .setId("tags")
                        .setType(PropertyType.PROPERTY_TYPE_LIST))
                .build());
    assertThat(created.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_APPLIED);
    assertThat(created.getSource().getLanguagesList()).containsExactly("sv-SE");
    var schema = describe(ingest, "prices");
    assertThat(schema.getSource().getVersion()).isEqualTo(1);
    assertThat(schema.getSource().getRelatedSourceIdsList()).containsExactly("products");
    assertThat(schema.getPropertiesList())
        .extracting(
            p -> p.getId() + " " + p.getDisplayName() + " " + p.getFilter() + p.getDelimiter())
        .containsExactly("price Price number", "tags tags list|");
    assertThat(describe(ingest, "products").getSource().getRelatedSourceIdsList())
        .containsExactly("prices");
    assertThat(ingest.describe.all(caller("acme"), true).getNodesList())
        .extracting(node -> node.getId() + " " + node.getStatus() + " " + node.getCount())
        .containsExactly("prices ACTIVE 0", "products ACTIVE 0");
    assertThat(ingest.describe.all(caller("other"), true).getNodesList()).isEmpty();
  }

  @Test
  void everyRuleThatADraftBreaksIsNamed(Db db) {
    var ingest = new TestIngest(db).source("products");
    var draft =
        draft("bad id")
            .addLanguages("en")
            .addLanguages("klingon")
            .addRelatedSourceIds("product")
            .addProperties(property("a:TEXT"))
            .addProperties(property("A:INTEGER"))
            .addProperties(property("b:TEXT:;"))
            .addProperties(property("ID:TEXT"));
    assertThat(violations(() -> ingest.create.run(caller("acme"), draft.build())))
        .containsExactly(
            "id bad_id",
            "languages[1] bad_language",
            "relatedSourceIds[0] unknown_source",
            "properties[1].id duplicate_property",
            "properties[2].delimiter delimiter_not_allowed",
            "properties[3].id reserved_id");
  }

  @Test
  void anIdIsTakenOnceAndARepeatWithItsKeyAnswersTheSame(Db db) {
    var ingest = new TestIngest(db);
    var request = draft("s").setIdempotencyKey("once").build();
    var first = ingest.create.run(caller("acme"), request);
    assertThat(ingest.create.run(caller("acme"), request).getSource()).isEqualTo(first.getSource());
    assertThat(refused(() -> ingest.create.run(caller("acme"), draft("s").build())))
        .isInstanceOf(Problem.AlreadyExists.class);
    ingest.create.run(caller("other"), draft("s").build());
  }

  @Test
  void aDryRunStoresNothing(Db db) {
    var ingest = new TestIngest(db);
    var tried = ingest.create.run(caller("acme"), draft("s").setDryRun(true).build());
    assertThat(tried.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_VALIDATED);
    assertThat(ingest.count("source")).isZero();
  }

  @Test
  void labelsChangeFreelyAndTheSameAgainIsUnchanged(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("k", "{\"stock\":1}"));
    var request =
        change("s")
            .addProperties(PropertyInput.newBuilder().setId("STOCK").setDisplayName("In stock"))
            .addProperties(property("weight:DECIMAL"));
    var changed = ingest.upsert.run(caller("acme"), request.build());
    assertThat(changed.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_APPLIED);
    assertThat(changed.getOutcome().getVersion()).isEqualTo(2);
    assertThat(changed.getProperties(0).getDisplayName()).isEqualTo("In stock");
    assertThat(changed.getProperties(0).getType()).isEqualTo(PropertyType.PROPERTY_TYPE_INTEGER);
    var again = ingest.upsert.run(caller("acme"), request.build());
    assertThat(again.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_UNCHANGED);
    assertThat(again.getOutcome().getVersion()).isEqualTo(2);
    ingest.load("s", entry("k", "{\"weight\":1.5}"));
    var schema = describe(ingest, "s");
    assertThat(schema.getEntryCount()).isEqualTo(1);
    assertThat(schema.getSampleEntry().getValues().getUtf8().toStringUtf8())
        .isEqualTo("{\"stock\":1,\"weight\":1.5}");
  }

  @Test
  void aChangeOfAnOlderVersionIsRefused(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.upsert.run(caller("acme"), change("s", "a:TEXT").setExpectedVersion(1).build());
    assertThat(
            refused(() ->
                ingest.upsert.run(
                    caller("acme"), change("s", "b:TEXT").setExpectedVersion(1).build())))
        .isEqualTo(new Problem.Stale("data source", "s", 1, 2));
  }

  @Test
  void aTypeThatNoEntryHoldsIsJustChanged(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("k", "{\"name\":\"a\"}"));
    var changed = ingest.upsert.run(caller("acme"), change("s", "stock:TEXT").build());
    assertThat(changed.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_APPLIED);
    assertThat(changed.getImpact().getPopulatedEntries()).isZero();
    ingest.load("s", entry("k", "{\"stock\":\"plenty\"}"));
    assertThat(ingest.values("s", "k")).isEqualTo("{\"name\":\"a\",\"stock\":\"plenty\"}");
  }

  @Test
  void propertiesAreFoundByTheirNames(Db db) {
    var ingest = new TestIngest(db).source("s");
    var found =
        ingest.describe.run(
            caller("acme"),
            DescribeDataSourceSchemaRequest.newBuilder()
                .setSourceId("s")
                .setPropertyQuery("TAG")
                .build());
    assertThat(found.getPropertiesList())
        .extracting(io.cardloom.proto.ingest.v1.SourceProperty::getId)
        .isEqualTo(List.of("tags"));
  }

  @Test
  void aSummaryOfASchemaLeavesOutDescriptionsAndOperators(Db db) {
    var ingest = new TestIngest(db);
    ingest.create.run(
        caller("acme"),
        draft("s")
            .setDescription("About it.")
            .addProperties(property("tags:LIST").toBuilder().setDescription("What it is about."))
            .build());
    var full = describe(ingest, "s");
    assertThat(full.getProperties(0).getOperatorsList()).isNotEmpty();
    assertThat(full.getProperties(0).getDescription()).isEqualTo("What it is about.");
    var request = DescribeDataSourceSchemaRequest.newBuilder().setSourceId("s");
    var summary =
        ingest.describe.run(caller("acme"), request.setDetail(Detail.DETAIL_SUMMARY).build());
    assertThat(summary)
        .isEqualTo(
            full.toBuilder()
                .setSource(full.getSource().toBuilder().clearDescription())
                .setProperties(
                    0, full.getProperties(0).toBuilder().clearDescription().clearOperators())
                .build());
    assertThat(ingest.describe.run(caller("acme"), request.setDetail(Detail.DETAIL_FULL).build()))
        .isEqualTo(full);
  }
}
