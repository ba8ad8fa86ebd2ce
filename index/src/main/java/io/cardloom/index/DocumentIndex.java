package io.cardloom.index;

import io.cardloom.kit.db.Reads;
import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.Query;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Searchable collections of typed documents. Every method joins the caller's transaction, so rows,
/// offsets and index commit together.
///
/// The port; PostgreSQL is its first adapter ([PostgresIndex]), and every adapter passes
/// `DocumentIndexContract`.
public interface DocumentIndex {
  /// Makes the collection, or brings it to these properties: new ones are added, ones not named
  /// stay. The same again does nothing.
  ///
  /// A property whose type changes is derived again from every document, before this returns;
  /// values that do not fit the new type are found no more, until a newer version of their document
  /// brings one that does. Large collections are better built anew under another name.
  void define(Tx tx, CollectionId id, List<IndexedProperty> properties);

  /// Removes the collection and its documents; nothing to do when there is none.
  void drop(Tx tx, CollectionId id);

  /// Writes a batch, at most 2,000 documents, each key at most once. Drops what is stale. Returns
  /// the keys written.
  ///
  /// @throws IllegalStateException when the collection is not defined
  List<String> apply(Tx tx, CollectionId id, List<Document> batch);

  /// Searches the live documents.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `Invalid` with every violation at once:
  ///   unknown property (with the nearest), a filter of another type than the property's, a bad
  ///   cursor
  default Result search(Tx tx, CollectionId id, Query query) {
    return search(tx, id, query, _ -> () -> {});
  }

  /// As above, with more to ask on the same way to the database: `also` adds to it, and what it
  /// returns is run before the answer is given.
  Result search(Tx tx, CollectionId id, Query query, Function<Reads, Runnable> also);

  /// Distinct values of one property among live documents, the best match first.
  List<ValueCount> values(Tx tx, CollectionId id, ValueQuery query);

  /// The indexed version of each of the keys; keys never seen are absent, deleted ones present.
  Map<String, Long> versions(Tx tx, CollectionId id, Collection<String> keys);

  /// Live documents in key order after a key, for checks and rebuilds; at most `limit`.
  List<Hit> scan(Tx tx, CollectionId id, String afterKey, int limit);

  /// Live documents.
  long count(Tx tx, CollectionId id);

  /// A document found.
  ///
  /// @param body UTF-8 JSON object as stored, or its chosen fields
  record Hit(String key, long version, byte[] body, long acceptedAtMicros) {}

  /// A page of a search.
  ///
  /// @param total all matches, or -1 where not asked for
  /// @param after cursor of the next page, or empty on the last
  record Result(List<Hit> hits, List<FacetCounts> facets, long total, String after) {}

  /// Counts of the values of one property among all matches, most frequent first.
  record FacetCounts(String property, List<ValueCount> values) {}

  record ValueCount(String value, long count) {}

  /// How a value is looked up.
  enum Match {
    EXACT,
    PREFIX,
    CONTAINS,
    /// Also with slips of spelling: `adiBas` finds `Adidas`.
    FUZZY
  }

  /// @param text what to look for; empty finds all
  /// @param language of a localized property, or empty for any
  /// @param limit 1 to 100
  record ValueQuery(String property, String text, Match match, String language, int limit) {}
}
