/// Tests of the package.
@NullMarked
package io.cardloom.local.load;

import org.jspecify.annotations.NullMarked;
