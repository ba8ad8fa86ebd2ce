package io.cardloom.publishing;

import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.ConfigurationLink;
import io.cardloom.proto.common.v1.ConfigurationNode;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.publishing.apiversion.ApiVersion;
import io.cardloom.publishing.apiversion.ApiVersion.State;
import io.cardloom.publishing.apiversion.ApiVersionStore;
import io.cardloom.publishing.destination.Destination;
import io.cardloom.publishing.destination.DestinationStore;
import io.cardloom.publishing.endpoint.Endpoint;
import io.cardloom.publishing.endpoint.EndpointStore;
import java.util.HashMap;

/// This service's part of the configuration graph: destinations contain versions contain endpoints,
/// and card definitions publish to endpoints. Counts are rows of endpoints that are served.
final class DescribeConfiguration {
  private final Db db;
  private final DestinationStore destinations;
  private final ApiVersionStore versions;
  private final EndpointStore endpoints;
  private final DocumentIndex index;

  DescribeConfiguration(
      Db db,
      DestinationStore destinations,
      ApiVersionStore versions,
      EndpointStore endpoints,
      DocumentIndex index) {
    this.db = db;
    this.destinations = destinations;
    this.versions = versions;
    this.endpoints = endpoints;
    this.index = index;
  }

  ConfigurationPart run(Caller caller, boolean counts) {
    return db.inTx(caller.tenant(), tx -> part(tx, caller.tenant(), counts));
  }

  private ConfigurationPart part(Tx tx, String tenant, boolean counts) {
    var part = ConfigurationPart.newBuilder();
    var states = new HashMap<String, State>();
    var live = new HashMap<String, Boolean>();
    for (ApiVersion version : versions.list(tx, tenant)) {
      states.put(version.id(), version.state());
      live.merge(version.destinationId(), version.state() == State.ACTIVE, Boolean::logicalOr);
      part.addNodes(node("api_version", version.id(), version.name(), version.state().name()));
      part.addLinks(link(version.destinationId(), version.id(), "contains"));
    }
    for (Destination destination : destinations.list(tx, tenant)) {
      String status = live.getOrDefault(destination.id(), false) ? "ACTIVE" : "NEW";
      part.addNodes(node("destination", destination.id(), destination.name(), status));
    }
    for (Endpoint endpoint : endpoints.list(tx, tenant)) {
      State state = states.getOrDefault(endpoint.apiVersionId(), State.STOPPED);
      var node = node("endpoint", endpoint.id(), endpoint.selection().name(), state.name());
      if (counts && state == State.ACTIVE) node.setCount(index.count(tx, endpoint.collection()));
      part.addNodes(node);
      part.addLinks(link(endpoint.apiVersionId(), endpoint.id(), "contains"));
      part.addLinks(link(endpoint.cardDefinitionId(), endpoint.id(), "publishes"));
    }
    return part.build();
  }

  private static ConfigurationNode.Builder node(
      String kind, String id, String name, String status) {
    return ConfigurationNode.newBuilder().setKind(kind).setId(id).setName(name).setStatus(status);
  }

  private static ConfigurationLink link(String from, String to, String type) {
    return ConfigurationLink.newBuilder().setFrom(from).setTo(to).setType(type).build();
  }
}
