/// Destinations: named places that shops, apps and feeds read from. Owns the table `destination`.
@NullMarked
package io.cardloom.publishing.destination;

import org.jspecify.annotations.NullMarked;
