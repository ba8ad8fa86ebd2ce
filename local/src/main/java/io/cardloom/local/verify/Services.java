package io.cardloom.local.verify;

import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.publishing.v1.Endpoint;
import java.util.List;

/// What the check reads from the services of one workspace.
public interface Services {
  /// Definitions whose cards are live, as they were activated.
  List<CardDefinition> activeDefinitions();

  CardDefinition definition(String id);

  /// Endpoints of active API versions.
  List<Endpoint> activeEndpoints();

  /// Raw entries of a source.
  Scan entries(String sourceId);

  /// Cards of a definition.
  Scan cards(String definitionId);

  /// The same as the search index holds them.
  Scan cardIndex(String definitionId);

  /// Rows of an endpoint.
  Scan rows(String endpointId);
}
