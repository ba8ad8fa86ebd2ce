/// Tests of the package.
@NullMarked
package io.cardloom.local.rows;

import org.jspecify.annotations.NullMarked;
