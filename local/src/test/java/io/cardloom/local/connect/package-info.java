/// The page for people, in a real browser and with a real identity provider.
@NullMarked
package io.cardloom.local.connect;

import org.jspecify.annotations.NullMarked;
