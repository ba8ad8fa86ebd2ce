/// Tests of the package source.
@NullMarked
package io.cardloom.ingest.source;

import org.jspecify.annotations.NullMarked;
