package io.cardloom.publishing.row;

import io.cardloom.proto.common.v1.FacetRequest;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.Sort;
import io.cardloom.proto.common.v1.SortDirection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.stream.Collectors;

/// A query as the URL that asks the same over HTTP: what [UrlQuery] reads, written.
final class RequestUrl {
  private final StringBuilder url;
  private char separator = '?';

  private RequestUrl(String endpointUrl) {
    this.url = new StringBuilder(endpointUrl);
  }

  /// Empty where no URL says the same: the same test twice on one property would be read as
  /// alternatives.
  static Optional<String> of(String endpointUrl, RowQuery asked) {
    var url = new RequestUrl(endpointUrl);
    Query query = asked.query();
    var names = new HashSet<String>();
    for (Filter filter : query.getFiltersList()) {
      for (var test : FilterTests.of(filter).entrySet()) {
        String operator = test.getKey().isEmpty() ? "" : "." + test.getKey();
        String name = named(filter.getProperty(), filter.getLanguage()) + operator;
        if (!names.add(name)) return Optional.empty();
        test.getValue().forEach(value -> url.add(name, value));
      }
    }
    if (names.stream().anyMatch(UrlQuery::taken)) return Optional.empty();
    url.option("search", query.getText());
    url.option("facets", facets(asked));
    for (Sort sort : query.getSortList()) {
      boolean down = sort.getDirection() == SortDirection.SORT_DIRECTION_DESC;
      url.add(down ? "sortDesc" : "sortAsc", named(sort.getProperty(), sort.getLanguage()));
    }
    url.option("fields", String.join(",", query.getFieldsList()));
    if (query.hasLimit()) url.option("top", "" + query.getLimit());
    url.option("after", query.getAfter());
    if (query.getIncludeTotal()) url.add("includeTotals", "true");
    url.option("language", asked.language());
    return mixedSorts(query) ? Optional.empty() : Optional.of(url.url.toString());
  }

  /// Ascending, descending, ascending: a URL's lists cannot say that order.
  private static boolean mixedSorts(Query query) {
    if (query.getSortCount() < 3) return false;
    boolean first = down(query.getSort(0));
    return down(query.getSort(1)) != first && down(query.getSort(2)) == first;
  }

  private static boolean down(Sort sort) {
    return sort.getDirection() == SortDirection.SORT_DIRECTION_DESC;
  }

  private static String facets(RowQuery asked) {
    String named =
        asked.query().getFacetsList().stream()
            .map(RequestUrl::facet)
            .collect(Collectors.joining(","));
    if (!asked.defaultFacets()) return named;
    return named.isEmpty() ? "*" : named + ",*";
  }

  private static String facet(FacetRequest facet) {
    String size = facet.getSize() == 0 ? "" : "." + facet.getSize();
    return named(facet.getProperty(), facet.getLanguage()) + size;
  }

  private static String named(String property, String language) {
    return language.isEmpty() ? property : property + "@" + language;
  }

  private void option(String name, String value) {
    if (!value.isEmpty()) add(name, value);
  }

  private void add(String name, String value) {
    url.append(separator).append(encoded(name)).append('=').append(encoded(value));
    separator = '&';
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%2C", ",").replace("%40", "@");
  }
}
