/// The MCP edge: every tool call comes in here as JSON and leaves as gRPC, with the caller's
/// permissions.
@NullMarked
package io.cardloom.aggregator;

import org.jspecify.annotations.NullMarked;
