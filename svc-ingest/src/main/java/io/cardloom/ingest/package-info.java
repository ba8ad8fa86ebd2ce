/// svc-ingest: data sources, their properties and entries, the entries' history and search index.
/// Owns the tables of `db/ingest` and writes the topic entry-changed.
@NullMarked
package io.cardloom.ingest;

import org.jspecify.annotations.NullMarked;
