/// Tests of the package.
@NullMarked
package io.cardloom.local.catalogue;

import org.jspecify.annotations.NullMarked;
