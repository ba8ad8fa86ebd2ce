/// No tenant sees another: random calls of everything there is, as one tenant, with names of
/// another.
@NullMarked
package io.cardloom.local.isolation;

import org.jspecify.annotations.NullMarked;
