/// Tests of the package.
@NullMarked
package io.cardloom.local.verify;

import org.jspecify.annotations.NullMarked;
