/// Tests of the package.
@NullMarked
package io.cardloom.local.identity;

import org.jspecify.annotations.NullMarked;
