/// The Ingest API: entries over HTTP, for programs with an application's key. It writes nothing
/// itself; an import goes the way of import_data or start_import.
@NullMarked
package io.cardloom.ingest.api;

import org.jspecify.annotations.NullMarked;
