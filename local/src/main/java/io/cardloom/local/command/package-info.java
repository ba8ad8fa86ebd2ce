/// The verbs of the command line, a class each.
@NullMarked
package io.cardloom.local.command;

import org.jspecify.annotations.NullMarked;
