/// Files of rows, NDJSON and CSV, also gzipped, read as flat values by property id.
@NullMarked
package io.cardloom.local.rows;

import org.jspecify.annotations.NullMarked;
