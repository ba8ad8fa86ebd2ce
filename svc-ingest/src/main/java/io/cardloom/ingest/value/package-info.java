/// Values as they are stored: one canonical form of each, and how one type becomes another. Knows
/// no table.
@NullMarked
package io.cardloom.ingest.value;

import org.jspecify.annotations.NullMarked;
