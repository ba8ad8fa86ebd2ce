/// Versions of a destination's API and their states: NEW, ACTIVE, STOPPED. Owns the table
/// `api_version`.
@NullMarked
package io.cardloom.publishing.apiversion;

import org.jspecify.annotations.NullMarked;
