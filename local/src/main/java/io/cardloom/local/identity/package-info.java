/// Who calls the local stack: the keys of its services, and example people who sign in at its
/// identity provider.
@NullMarked
package io.cardloom.local.identity;

import org.jspecify.annotations.NullMarked;
