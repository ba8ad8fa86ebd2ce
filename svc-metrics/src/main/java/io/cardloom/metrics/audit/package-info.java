/// Who did what, and who was refused: records in, searched by administrators, never changed.
@NullMarked
package io.cardloom.metrics.audit;

import org.jspecify.annotations.NullMarked;
