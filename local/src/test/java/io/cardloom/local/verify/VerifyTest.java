package io.cardloom.local.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.cards.v1.CardProperty;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.common.v1.TimestampFilter;
import io.cardloom.proto.publishing.v1.Endpoint;
import io.cardloom.proto.publishing.v1.EndpointProperty;
import java.util.List;
import java.util.TreeMap;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class VerifyTest {
  @Test
  void whatTheEntriesImplyIsNoDifference() {
    assertThat(differences(new Held()).count()).isZero();
    assertThat(differences(new Held()).comparedCount()).isGreaterThan(0);
  }

  @Test
  void aCardIsThereWhenAnySourceHasItsKey() {
    var held = new Held();
    held.cards.remove("c");
    held.cardIndex.remove("c");
    held.rows.remove("c");
    var found = differences(held);
    assertThat(found.kept())
        .extracting(Difference::place, Difference::key, Difference::found)
        .containsExactly(
            Tuple.tuple("card of product", "c", "nothing"),
            Tuple.tuple("card index of product", "c", "nothing"),
            Tuple.tuple("row of endpoint shop.v1.p", "c", "nothing"));
  }

  @Test
  void eachPlantedDifferenceIsReportedWithBothSides() {
    var held = new Held();
    held.cards.put("a", "{\"title\":\"Desk\",\"price\":11}");
    held.cardIndex.put("zz", "{\"title\":\"ghost\"}");
    held.rows.put("0", "{}");
    held.rows.put("b", "{\"name\":\"Lamp\",\"cost\":1}");
    var found = differences(held);
    assertThat(found.count()).isEqualTo(4);
    assertThat(found.kept())
        .containsExactly(
            new Difference(
                "card of product",
                "a",
                "{\"title\":\"Desk\",\"price\":10.0}",
                "{\"title\":\"Desk\",\"price\":11}"),
            new Difference("card index of product", "zz", "nothing", "{\"title\":\"ghost\"}"),
            new Difference("row of endpoint shop.v1.p", "0", "nothing", "{}"),
            new Difference(
                "row of endpoint shop.v1.p",
                "b",
                "{\"name\":\"Lamp\"}",
                "{\"name\":\"Lamp\",\"cost\":1}"));
  }

  @Test
  void moreThanWhatIsKeptIsStillCounted() {
    var held = new Held();
    for (int i = 0; i < 30; i++) {
      held.rows.put("x" + i, "{}");
    }
    var differences = new Differences(5);
    new Verify(held, differences).all();
    assertThat(differences.kept()).hasSize(5);
    assertThat(differences.count()).isEqualTo(30);
  }

  @Test
  void anEndpointsConditionsAreComputed() {
    var held = new Held();
    held.conditions =
        List.of(
            Filter.newBuilder()
                .setProperty("price")
                .setNumber(NumberFilter.newBuilder().setGte(5))
                .build());
    assertThat(differences(held).kept())
        .extracting(Difference::key)
        .as("b and c have no price and should be absent")
        .containsExactly("b", "c");
  }

  @Test
  void aConditionItCannotComputeIsSaidSo() {
    var held = new Held();
    held.conditions =
        List.of(
            Filter.newBuilder()
                .setProperty("at")
                .setTimestamp(TimestampFilter.newBuilder().setExists(true))
                .build());
    assertThatThrownBy(() -> differences(held)).hasMessageContaining("at");
  }

  private static Differences differences(Held held) {
    var differences = new Differences(100);
    new Verify(held, differences).all();
    return differences;
  }

  /// Three entries that make three cards; all of them held as they should be.
  private static final class Held implements Services {
    final TreeMap<String, String> products = new TreeMap<>();
    final TreeMap<String, String> offers = new TreeMap<>();
    final TreeMap<String, String> cards = new TreeMap<>();
    final TreeMap<String, String> cardIndex;
    final TreeMap<String, String> rows = new TreeMap<>();
    List<Filter> conditions = List.of();

    Held() {
      products.put("a", "{\"name\":\"Desk\",\"secret\":true}");
      products.put("b", "{\"name\":\"Lamp\"}");
      offers.put("a", "{\"price\":10.0}");
      offers.put("c", "{}");
      cards.put("a", "{\"price\":10,\"title\":\"Desk\"}");
      cards.put("b", "{\"title\":\"Lamp\"}");
      cards.put("c", "{}");
      cardIndex = new TreeMap<>(cards);
      rows.put("a", "{\"name\":\"Desk\",\"price\":10.00}");
      rows.put("b", "{\"name\":\"Lamp\"}");
      rows.put("c", "{}");
    }

    @Override
    public List<CardDefinition> activeDefinitions() {
      return List.of(definition("product"));
    }

    @Override
    public CardDefinition definition(String id) {
      return CardDefinition.newBuilder()
          .setId(id)
          .addSourceIds("products")
          .addSourceIds("offers")
          .addProperties(property("title", "products", "name"))
          .addProperties(property("price", "offers", "price"))
          .build();
    }

    private static CardProperty property(String identifier, String source, String property) {
      return CardProperty.newBuilder()
          .setIdentifier(identifier)
          .setSourceId(source)
          .setPropertyId(property)
          .build();
    }

    @Override
    public List<Endpoint> activeEndpoints() {
      return List.of(
          Endpoint.newBuilder()
              .setId("shop.v1.p")
              .setCardDefinitionId("product")
              .addProperties(EndpointProperty.newBuilder().setIdentifier("title").setAs("name"))
              .addProperties(EndpointProperty.newBuilder().setIdentifier("price"))
              .addAllConditions(conditions)
              .build());
    }

    @Override
    public Scan entries(String sourceId) {
      return scan(sourceId, sourceId.equals("products") ? products : offers);
    }

    @Override
    public Scan cards(String definitionId) {
      return scan(definitionId, cards);
    }

    @Override
    public Scan cardIndex(String definitionId) {
      return scan(definitionId, cardIndex);
    }

    @Override
    public Scan rows(String endpointId) {
      return scan(endpointId, rows);
    }

    /// Pages of two, as a service would give them.
    private static Scan scan(String collection, TreeMap<String, String> documents) {
      return new Scan(
          collection,
          request -> {
            var page = ScanResponse.newBuilder();
            var rest = documents.tailMap(request.getAfterKey(), false);
            rest.entrySet().stream()
                .limit(2)
                .forEach(document ->
                    page.addDocuments(
                        ScannedDocument.newBuilder()
                            .setKey(document.getKey())
                            .setBody(ByteString.copyFromUtf8(document.getValue()))));
            return page.setLast(rest.size() <= 2).build();
          });
    }
  }
}
