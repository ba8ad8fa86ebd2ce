/// Rows, and how consumers search them: as a tool and over HTTP.
@NullMarked
package io.cardloom.publishing.row;

import org.jspecify.annotations.NullMarked;
