/// Tests of the package.
@NullMarked
package io.cardloom.kit.workspace;

import org.jspecify.annotations.NullMarked;
