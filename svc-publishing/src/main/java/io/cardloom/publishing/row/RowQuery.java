package io.cardloom.publishing.row;

import io.cardloom.proto.common.v1.Query;

/// What a consumer asks of an endpoint.
///
/// @param query property names are the endpoint's
/// @param language of localized values; empty for the destination's default, `*` for all
/// @param defaultFacets also the facets set on the endpoint
public record RowQuery(Query query, String language, boolean defaultFacets) {
  /// All languages at once.
  public static final String ALL_LANGUAGES = "*";

  /// The same, and where only a count is asked for, nothing but that.
  public RowQuery {
    if (query.getCountOnly()) {
      query =
          query.toBuilder()
              .clearCountOnly()
              .clearFacets()
              .clearAfter()
              .setLimit(0)
              .setIncludeTotal(true)
              .build();
      defaultFacets = false;
    }
  }
}
