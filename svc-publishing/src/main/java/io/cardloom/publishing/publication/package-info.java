/// Publication: an API version with its endpoints as one, made or copied, activated, and stopped
/// with all that it serves.
@NullMarked
package io.cardloom.publishing.publication;

import org.jspecify.annotations.NullMarked;
