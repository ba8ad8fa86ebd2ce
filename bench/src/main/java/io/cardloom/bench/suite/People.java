package io.cardloom.bench.suite;

import io.cardloom.bench.stack.BenchStack;
import io.cardloom.local.mcp.McpClient;
import java.util.List;

/// The persons of the workspace, who take turns.
final class People implements AutoCloseable {
  private final List<McpClient> clients;

  People(BenchStack stack) {
    clients = stack.people();
  }

  McpClient of(int call) {
    return clients.get(call % clients.size());
  }

  @Override
  public void close() {
    clients.forEach(McpClient::close);
  }
}
