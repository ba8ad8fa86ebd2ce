/// Rows: what an endpoint makes of a card, and how consumers search them, as a tool and over HTTP.
@NullMarked
package io.cardloom.publishing.row;

import org.jspecify.annotations.NullMarked;
