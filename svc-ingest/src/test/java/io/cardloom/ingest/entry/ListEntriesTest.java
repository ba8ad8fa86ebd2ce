package io.cardloom.ingest.entry;

import static io.cardloom.ingest.TestIngest.caller;
import static io.cardloom.ingest.TestIngest.entry;
import static io.cardloom.ingest.TestIngest.gone;
import static io.cardloom.ingest.TestIngest.violations;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.ingest.TestIngest;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.Detail;
import io.cardloom.proto.common.v1.FacetRequest;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.PageRequest;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.ingest.v1.ListSourceEntriesRequest;
import io.cardloom.proto.ingest.v1.ListSourceEntriesResponse;
import io.cardloom.proto.ingest.v1.SearchEntriesRequest;
import io.cardloom.proto.ingest.v1.SearchEntriesResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/ingest"})
final class ListEntriesTest {
  private static ListSourceEntriesRequest.Builder of(String source) {
    return ListSourceEntriesRequest.newBuilder().setSourceId(source);
  }

  private static ListSourceEntriesResponse list(
      TestIngest ingest, ListSourceEntriesRequest.Builder request) {
    return ingest.lists.recent(caller("acme"), request.build());
  }

  private static ListSourceEntriesResponse total(long total) {
    return ListSourceEntriesResponse.newBuilder().setTotal(total).build();
  }

  @Test
  void onlyTheFieldsAskedForAreAnswered(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("k", "{\"name\":\"Desk\",\"stock\":1,\"label\":{\"en\":\"Desk\"}}"));
    assertThat(
            list(ingest, of("s").addFields("STOCK").addFields("label").addFields("price"))
                .getEntries(0)
                .getValues()
                .getUtf8()
                .toStringUtf8())
        .isEqualTo("{\"label\":{\"en\":\"Desk\"},\"stock\":1}");
    var key = list(ingest, of("s").addFields("id")).getEntries(0);
    assertThat(key.getId()).isEqualTo("k");
    assertThat(key.getValues().getUtf8().toStringUtf8()).isEqualTo("{}");
    assertThat(violations(() -> list(ingest, of("s").addFields("nam").addFields("nope"))))
        .containsExactly("fields[0] unknown_property", "fields[1] unknown_property");
    var refused =
        (Problem.Invalid) TestIngest.refused(() -> list(ingest, of("s").addFields("nam")));
    assertThat(refused.violations().getFirst().didYouMean()).isEqualTo("name");
    assertThat(refused.violations().getFirst().allowed()).contains("name", "price");
    assertThat(TestIngest.refused(() -> list(ingest, of("none").addFields("name"))))
        .isInstanceOf(Problem.NotFound.class);
  }

  @Test
  void aSummaryLeavesOutTheValues(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("a", "{\"stock\":1}"), entry("b", "{\"stock\":2}"));
    var full = list(ingest, of("s"));
    var summary = list(ingest, of("s").setDetail(Detail.DETAIL_SUMMARY));
    assertThat(full.getEntriesList()).allMatch(entry -> entry.hasValues());
    assertThat(summary.getEntriesList())
        .isEqualTo(
            full.getEntriesList().stream()
                .map(entry -> entry.toBuilder().clearValues().build())
                .toList());
    assertThat(list(ingest, of("s").setDetail(Detail.DETAIL_FULL))).isEqualTo(full);
    var page = of("s").setDetail(Detail.DETAIL_SUMMARY).addIds("a").addIds("b");
    page.setPage(PageRequest.newBuilder().setLimit(1));
    var first = list(ingest, page);
    page.setPage(PageRequest.newBuilder().setLimit(1).setAfter(first.getAfter()));
    assertThat(List.of(first.getEntries(0).getId(), list(ingest, page).getEntries(0).getId()))
        .containsExactly("b", "a");
  }

  @Test
  void onlyACountIsAnsweredWhereNothingElseIsAskedFor(Db db) {
    var ingest = new TestIngest(db).source("s").source("other", "s", TestIngest.PROPERTIES);
    ingest.load("other", TestIngest.batch("s", entry("x", "{}")));
    assertThat(list(ingest, of("s").setCountOnly(true))).isEqualTo(total(0));
    ingest.load("s", entry("a", "{}"), entry("b", "{}"), entry("c", "{}"));
    ingest.load("s", entry("d", "{}"), gone("c"));
    var newest = list(ingest, of("s").addIds("d")).getEntries(0).getUpdatedAt();
    var oldest = list(ingest, of("s").addIds("a")).getEntries(0).getUpdatedAt();
    assertThat(list(ingest, of("s").setCountOnly(true))).isEqualTo(total(3));
    assertThat(list(ingest, of("s").setCountOnly(true).addAllIds(List.of("a", "c", "d", "nobody"))))
        .isEqualTo(total(2));
    assertThat(list(ingest, of("s").setCountOnly(true).setUpdatedFrom(newest))).isEqualTo(total(1));
    assertThat(list(ingest, of("s").setCountOnly(true).setUpdatedTo(oldest))).isEqualTo(total(2));
    var after = list(ingest, of("s").setPage(PageRequest.newBuilder().setLimit(2))).getAfter();
    assertThat(
            list(
                ingest,
                of("s").setCountOnly(true).setPage(PageRequest.newBuilder().setAfter(after))))
        .as("of all pages")
        .isEqualTo(total(3));
    assertThat(violations(() -> list(ingest, of("s").setCountOnly(true).setUpdatedTo("soon"))))
        .containsExactly("updatedTo bad_timestamp");
    assertThat(violations(() -> list(ingest, of("s").setCountOnly(true).addFields("nope"))))
        .containsExactly("fields[0] unknown_property");
    assertThat(TestIngest.refused(() -> list(ingest, of("none").setCountOnly(true))))
        .isInstanceOf(Problem.NotFound.class);
  }

  @Test
  void aSearchMayOnlyCount(Db db) {
    var ingest = new TestIngest(db).source("s");
    for (int i = 0; i < 5; i++) ingest.load("s", entry("k" + i, "{\"stock\":" + i + "}"));
    var events = ingest.events();
    db.useTx("acme", tx -> new EntryIndexer(ingest.index).handle(tx, events));
    var query =
        Query.newBuilder()
            .addFilters(
                Filter.newBuilder()
                    .setProperty("stock")
                    .setNumber(NumberFilter.newBuilder().setGte(2)))
            .addFacets(FacetRequest.newBuilder().setProperty("name"))
            .setLimit(1);
    var page = search(ingest, query);
    assertThat(page.getEntriesList()).hasSize(1);
    assertThat(page.getFacetsList()).hasSize(1);
    assertThat(page.hasTotal()).isFalse();
    assertThat(search(ingest, query.setAfter(page.getAfter()).setCountOnly(true)))
        .isEqualTo(SearchEntriesResponse.newBuilder().setTotal(3).build());
    assertThat(violations(() -> search(ingest, query.addFields("nope"))))
        .containsExactly("query.fields[0] unknown_property");
  }

  private static SearchEntriesResponse search(TestIngest ingest, Query.Builder query) {
    return ingest.searches.run(
        caller("acme"), SearchEntriesRequest.newBuilder().setSourceId("s").setQuery(query).build());
  }
}
