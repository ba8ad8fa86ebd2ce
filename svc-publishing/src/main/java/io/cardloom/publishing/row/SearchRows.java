package io.cardloom.publishing.row;

import io.cardloom.index.Body;
import io.cardloom.index.DocumentIndex;
import io.cardloom.index.DocumentIndex.Hit;
import io.cardloom.index.IndexedProperty;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.FacetRequest;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.Sort;
import io.cardloom.proto.publishing.v1.EndpointFacet;
import io.cardloom.publishing.endpoint.Served;
import io.cardloom.publishing.endpoint.ServedEndpoints;
import io.cardloom.publishing.selection.RowShape;
import io.cardloom.publishing.selection.Selection;
import java.util.List;

/// Searches the rows of an endpoint: the same answer for the tool and for HTTP.
///
/// Facets and sorts on localized properties are in the language of the answer, or in the
/// destination's default where all languages are asked for.
public final class SearchRows {
  private final DocumentIndex index;
  private final ServedEndpoints endpoints;

  public SearchRows(DocumentIndex index, ServedEndpoints endpoints) {
    this.index = index;
    this.endpoints = endpoints;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `Invalid` with every violation
  public RowPage run(Tx tx, Served served, RowQuery asked) {
    String language = language(served, asked.language());
    boolean all = language.equals(RowQuery.ALL_LANGUAGES);
    Query query = complete(served, asked, all ? served.defaultLanguage() : language);
    var result =
        index.search(
            tx, served.endpoint().collection(), query, reads -> endpoints.unchanged(reads, served));
    boolean project = !all && served.endpoint().selection().localized();
    return new RowPage(
        language,
        result.total(),
        result.hits().stream().map(hit -> row(hit, project ? language : "")).toList(),
        result.facets().stream()
            .map(counts ->
                new RowPage.Facet(
                    counts.property(),
                    header(served, counts.property(), all ? served.defaultLanguage() : language),
                    counts.values()))
            .toList(),
        result.after());
  }

  private static String language(Served served, String asked) {
    if (asked.isEmpty()) return served.defaultLanguage();
    if (asked.equals(RowQuery.ALL_LANGUAGES) || served.languages().contains(asked)) return asked;
    var allowed = new java.util.ArrayList<>(served.languages());
    allowed.add(RowQuery.ALL_LANGUAGES);
    throw new Problem.Invalid(
            List.of(
                new Violation(
                    "language",
                    "unknown_language",
                    "The destination is not served in " + asked + ".",
                    asked,
                    allowed,
                    Nearest.of(asked, served.languages()))))
        .exception();
  }

  /// The query with the endpoint's facets, their sizes and every language filled in.
  private static Query complete(Served served, RowQuery asked, String language) {
    Selection selection = served.endpoint().selection();
    var query = asked.query().toBuilder();
    for (int i = 0; i < query.getFacetsCount(); i++) {
      FacetRequest facet = query.getFacets(i);
      var full = facet.toBuilder();
      if (facet.getSize() == 0) {
        selection.facet(facet.getProperty()).map(EndpointFacet::getSize).ifPresent(full::setSize);
      }
      if (facet.getLanguage().isEmpty() && localized(selection, facet.getProperty())) {
        full.setLanguage(language);
      }
      query.setFacets(i, full);
    }
    if (asked.defaultFacets()) addDefaults(selection, query, language);
    for (int i = 0; i < query.getSortCount(); i++) {
      Sort sort = query.getSort(i);
      if (sort.getLanguage().isEmpty() && localized(selection, sort.getProperty())) {
        query.setSort(i, sort.toBuilder().setLanguage(language));
      }
    }
    return query.build();
  }

  private static void addDefaults(Selection selection, Query.Builder query, String language) {
    for (EndpointFacet facet : selection.facets()) {
      String property = facet.getProperty();
      if (query.getFacetsList().stream().anyMatch(f -> f.getProperty().equals(property))) continue;
      var request = FacetRequest.newBuilder().setProperty(property).setSize(facet.getSize());
      if (localized(selection, property)) request.setLanguage(language);
      query.addFacets(request);
    }
  }

  private static boolean localized(Selection selection, String property) {
    return selection
        .type(property)
        .map(type -> new IndexedProperty(property, type).localized())
        .orElse(false);
  }

  private static String header(Served served, String property, String language) {
    var facet = served.endpoint().selection().facet(property);
    if (facet.isEmpty()) return property;
    var headers = facet.get().getHeaderMap();
    return headers.getOrDefault(language, headers.getOrDefault(served.defaultLanguage(), property));
  }

  /// @param language to project to; empty leaves the stored bytes as they are
  private static RowPage.Row row(Hit hit, String language) {
    byte[] body = language.isEmpty() ? hit.body() : Body.parse(hit.body()).in(language).toJson();
    return new RowPage.Row(hit.key(), RowShape.json(hit.key(), body));
  }
}
