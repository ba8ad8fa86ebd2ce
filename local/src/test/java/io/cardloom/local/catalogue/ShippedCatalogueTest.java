package io.cardloom.local.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.local.rows.Row;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ShippedCatalogueTest {
  @Test
  void everySourceHasTheRowsItTells() throws IOException {
    var catalogue = ShippedCatalogue.read();
    for (var source : catalogue.sources()) {
      var keys = new HashSet<String>();
      try (var rows = source.rows().open()) {
        for (var row = rows.next(); row != null; row = rows.next()) {
          var read = (Row.Read) row;
          keys.add(
              String.join(
                  "_",
                  source.keyFields().stream()
                      .map(read.values()::get)
                      .map(JsonNode::asString)
                      .toList()));
        }
      }
      assertThat(keys).as(source.id()).hasSize(source.rowCount());
    }
    assertThat(catalogue.source("products").rowCount()).isEqualTo(47_551);
    var kinds = catalogue.source("products").kinds();
    assertThat(kinds)
        .doesNotContainKey("id")
        .allSatisfy((id, _) -> assertThat(id).matches("[a-z0-9_-]{1,256}"))
        .containsEntry("name", Kind.TEXT)
        .containsEntry("part_numbers", Kind.LIST)
        .containsEntry("release_year", Kind.INTEGER)
        .containsEntry("specs_socket", Kind.TEXT)
        .containsEntry("specs_length", Kind.DECIMAL)
        .containsEntry("specs_isoem", Kind.BOOLEAN)
        .containsEntry("specs_size", Kind.TEXT)
        .containsEntry("specs_pcie_slots_gen", Kind.LIST)
        .hasSize(267);
  }

  @Test
  void offersAreTheSameOnEveryMachine() {
    assertThat(SyntheticOffers.offer("016400cb-b898-4d55-a3dc-c85d9a10b55a"))
        .isEqualTo(SyntheticOffers.offer("016400cb-b898-4d55-a3dc-c85d9a10b55a"));
    var offer = SyntheticOffers.offer("016400cb-b898-4d55-a3dc-c85d9a10b55a");
    assertThat(offer.toString())
        .isEqualTo(
            """
            {id="016400cb-b898-4d55-a3dc-c85d9a10b55a", price=1269.99, stock=481, in_stock=true}\
            """);
  }

  @Test
  void valuesAreTypedAsTheSourceDeclaresThem() {
    var schema =
        new SourceSchema(
            Set.of("en", "sv"),
            Map.of(
                "label", Kind.LOCALIZED_TEXT,
                "price", Kind.DECIMAL,
                "live", Kind.BOOLEAN,
                "model", Kind.TEXT,
                "tags", Kind.LIST,
                "name_en", Kind.TEXT,
                "name", Kind.LOCALIZED_TEXT));
    var row =
        Map.<String, JsonNode>of(
            "id", json("\"k\""),
            "label_sv", json("\"Bord\""),
            "label_xx", json("\"?\""),
            "price", json("\"10.50\""),
            "live", json("\"TRUE\""),
            "model", json("7"),
            "tags", json("7"),
            "name_en", json("\"Desk\""),
            "gone", json("null"));
    assertThat(schema.entryValues(row, List.of("id")))
        .isEqualTo(
            json(
                """
                {"label":{"sv":"Bord"},"label_xx":"?","price":10.50,"live":true,"model":"7",
                 "tags":["7"],"name_en":"Desk"}\
                """));
  }

  private static JsonNode json(String text) {
    return JsonMapper.builder()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .build()
        .readTree(text);
  }
}
