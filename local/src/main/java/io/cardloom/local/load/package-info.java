/// Files into a data source: rows in batches with several on their way, progress, resume after a
/// stop, and every bad row named by its line.
@NullMarked
package io.cardloom.local.load;

import org.jspecify.annotations.NullMarked;
