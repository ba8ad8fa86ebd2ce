package io.cardloom.cards.card;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.cards.v1.SearchCardsRequest;
import io.cardloom.proto.cards.v1.SearchCardsResponse;
import io.cardloom.proto.common.v1.FacetRequest;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.TextFilter;
import java.util.List;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/cards"})
final class SearchCardsTest {
  private static Query.Builder of(String value) {
    return Query.newBuilder()
        .addFilters(
            Filter.newBuilder()
                .setProperty("a_x")
                .setText(TextFilter.newBuilder().addAnyOf(value).build()))
        .addFacets(FacetRequest.newBuilder().setProperty("a_x"))
        .setLimit(1);
  }

  private static SearchCardsResponse search(CardBox box, Query.Builder query) {
    return new SearchCards(box.db, box.definitions, box.index)
        .run(
            TestKeys.everything(CardBox.TENANT),
            SearchCardsRequest.newBuilder().setCardDefinitionId("d").setQuery(query).build());
  }

  @Test
  void onlyACountIsAnsweredWhereNothingElseIsAskedFor(Db db) {
    var box = new CardBox(db);
    box.live("d", List.of("a"), "a.x");
    for (int i = 0; i < 3; i++) box.handle(box.entry("a", "k" + i, 1, "{\"x\":\"1\"}"));
    box.handle(box.entry("a", "other", 1, "{\"x\":\"2\"}"));

    SearchCardsResponse page = search(box, of("1"));
    assertThat(page.getCardsList()).hasSize(1);
    assertThat(page.getFacetsList()).hasSize(1);
    assertThat(page.hasTotal()).isFalse();
    var counted = of("1").setCountOnly(true).setAfter(page.getAfter());
    assertThat(search(box, counted)).isEqualTo(total(3));
    assertThat(search(box, of("3").setCountOnly(true))).isEqualTo(total(0));
  }

  private static SearchCardsResponse total(long total) {
    return SearchCardsResponse.newBuilder().setTotal(total).build();
  }
}
