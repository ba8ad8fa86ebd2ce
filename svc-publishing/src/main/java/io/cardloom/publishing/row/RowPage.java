package io.cardloom.publishing.row;

import io.cardloom.index.DocumentIndex.ValueCount;
import java.util.List;

/// A page of rows as consumers get it.
///
/// @param language that localized values are in, or `*`
/// @param total all matches, or -1 where not asked for
/// @param after cursor of the next page, or empty on the last
public record RowPage(
    String language, long total, List<Row> rows, List<Facet> facets, String after) {

  /// @param json UTF-8 JSON object, `"id"` first
  public record Row(String id, byte[] json) {}

  /// @param header its label in the language of the page
  public record Facet(String property, String header, List<ValueCount> values) {}
}
