package io.cardloom.aggregator.identity;

import java.util.List;

/// The program that a caller uses, as its token tells it.
///
/// @param id at the identity provider; empty where the token has none
/// @param application acts for itself, with credentials of its own, rather than for a person
/// @param workspaces that it may use: those approved for it
public record Client(String id, boolean application, List<String> workspaces) {
  public Client {
    workspaces = List.copyOf(workspaces);
  }
}
