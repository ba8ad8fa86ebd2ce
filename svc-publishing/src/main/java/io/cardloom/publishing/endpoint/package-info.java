/// Endpoints: what an API version serves under one path. Owns the table `endpoint`.
@NullMarked
package io.cardloom.publishing.endpoint;

import org.jspecify.annotations.NullMarked;
