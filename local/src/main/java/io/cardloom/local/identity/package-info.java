/// Who may call the local stack: keys of this machine, tokens of example people, and the key set
/// that the aggregator checks them against. A stand-in for an identity provider; the check itself
/// is the real one.
@NullMarked
package io.cardloom.local.identity;

import org.jspecify.annotations.NullMarked;
