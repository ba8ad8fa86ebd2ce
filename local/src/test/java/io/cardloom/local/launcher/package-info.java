/// Tests of the package.
@NullMarked
package io.cardloom.local.launcher;

import org.jspecify.annotations.NullMarked;
