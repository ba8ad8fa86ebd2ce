/// The protocol: transport, JSON-RPC, eras. Knows no tool by name.
@NullMarked
package io.cardloom.aggregator.mcp;

import org.jspecify.annotations.NullMarked;
