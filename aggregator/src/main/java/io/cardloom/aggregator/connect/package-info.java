/// The page for people at `/`: what this is, and, signed in, their workspaces, how to connect a
/// client to them, and the clients they approved.
@NullMarked
package io.cardloom.aggregator.connect;

import org.jspecify.annotations.NullMarked;
