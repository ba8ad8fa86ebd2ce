/// Endpoints: which cards an API version serves, which of their properties under which names, and
/// which facets. Owns the table `endpoint`.
@NullMarked
package io.cardloom.publishing.endpoint;

import org.jspecify.annotations.NullMarked;
