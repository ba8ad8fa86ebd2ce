/// The check that trusts nothing between the ends: recomputes every card and endpoint row from the
/// raw entries, plainly, and compares with what the services hold.
@NullMarked
package io.cardloom.local.verify;

import org.jspecify.annotations.NullMarked;
