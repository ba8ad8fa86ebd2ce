package io.cardloom.aggregator.mcp;

/// What the transport hands a request to. Everything above it is HTTP, everything below is methods.
@FunctionalInterface
interface Dispatcher {
  Outcome handle(Call call);
}
