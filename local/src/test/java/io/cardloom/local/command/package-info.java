/// Tests of the package.
@NullMarked
package io.cardloom.local.command;

import org.jspecify.annotations.NullMarked;
