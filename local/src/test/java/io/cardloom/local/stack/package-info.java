/// Tests of the package.
@NullMarked
package io.cardloom.local.stack;

import org.jspecify.annotations.NullMarked;
