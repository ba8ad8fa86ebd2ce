/// Data sources and their properties: what may be imported, and how it is searched.
@NullMarked
package io.cardloom.ingest.source;

import org.jspecify.annotations.NullMarked;
