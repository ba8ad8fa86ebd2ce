package io.cardloom.publishing.row;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.common.v1.Facet;
import io.cardloom.proto.common.v1.FacetValue;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.publishing.v1.RequestAs;
import io.cardloom.proto.publishing.v1.SearchDestinationDataRequest;
import io.cardloom.proto.publishing.v1.SearchDestinationDataResponse;
import io.cardloom.publishing.apiversion.ApiVersion;
import io.cardloom.publishing.apiversion.ApiVersionStore;
import io.cardloom.publishing.destination.DestinationStore;
import io.cardloom.publishing.endpoint.Endpoint;
import io.cardloom.publishing.endpoint.EndpointStore;
import io.cardloom.publishing.endpoint.Served;
import io.cardloom.publishing.endpoint.ServedEndpoints;
import io.cardloom.publishing.write.Calls;
import java.util.List;

/// What a consumer would see, for a caller of the workspace, who is told why when it is nothing.
public final class SearchDestinationData {
  private final Db db;
  private final DestinationStore destinations;
  private final ApiVersionStore versions;
  private final EndpointStore endpoints;
  private final ServedEndpoints served;
  private final SearchRows rows;
  private final String publicUrl;

  public SearchDestinationData(
      Db db,
      DestinationStore destinations,
      ApiVersionStore versions,
      EndpointStore endpoints,
      ServedEndpoints served,
      SearchRows rows,
      String publicUrl) {
    this.db = db;
    this.destinations = destinations;
    this.versions = versions;
    this.endpoints = endpoints;
    this.served = served;
    this.rows = rows;
    this.publicUrl = publicUrl;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` (destination, version, endpoint);
  ///   `WrongState` when the version is not active; `Invalid`
  public SearchDestinationDataResponse run(Caller caller, SearchDestinationDataRequest request) {
    var asked = new RowQuery(request.getQuery(), request.getLanguage(), request.getDefaultFacets());
    return db.inTx(
        caller.tenant(),
        tx -> {
          Served found = served(tx, caller, request);
          RowPage page = rows.run(tx, found, asked);
          return response(page, found.endpoint(), asked);
        });
  }

  private SearchDestinationDataResponse response(RowPage page, Endpoint endpoint, RowQuery asked) {
    var response =
        SearchDestinationDataResponse.newBuilder()
            .setLanguage(page.language())
            .setAfter(page.after());
    if (page.total() >= 0) response.setTotal(page.total());
    for (RowPage.Row row : page.rows()) {
      ByteString json = UnsafeByteOperations.unsafeWrap(row.json());
      response.addResults(Json.newBuilder().setUtf8(json));
    }
    for (RowPage.Facet facet : page.facets()) {
      var pb = Facet.newBuilder().setPropertyId(facet.property()).setHeader(facet.header());
      facet
          .values()
          .forEach(value ->
              pb.addValues(FacetValue.newBuilder().setKey(value.value()).setCount(value.count())));
      response.addFacets(pb);
    }
    RequestUrl.of(endpoint.url(publicUrl), asked)
        .ifPresent(
            url -> response.setRequestAs(RequestAs.newBuilder().setMethod("GET").setUrl(url)));
    return response.build();
  }

  private Served served(Tx tx, Caller caller, SearchDestinationDataRequest request) {
    String version = request.getApiVersion();
    String prefix = request.getDestinationId() + ".";
    if (version.startsWith(prefix)) version = version.substring(prefix.length());
    String name = version;
    var address =
        new Served.Address(
            caller.tenant(), request.getDestinationId(), name, request.getEndpoint());
    return served.find(tx, address).orElseThrow(() -> why(tx, caller.tenant(), request, name));
  }

  /// Why nothing is served under these names.
  private RuntimeException why(
      Tx tx, String tenant, SearchDestinationDataRequest request, String versionName) {
    String destinationId = destinations.need(tx, tenant, request.getDestinationId()).id();
    String path = request.getEndpoint();
    var all =
        versions.list(tx, tenant).stream()
            .filter(version -> version.destinationId().equals(destinationId))
            .filter(version -> versionName.isEmpty() || version.name().equals(versionName))
            .toList();
    var active = all.stream().filter(v -> v.state() == ApiVersion.State.ACTIVE).toList();
    if (all.isEmpty()) {
      String id = versionName.isEmpty() ? destinationId : destinationId + "." + versionName;
      return new Problem.NotFound(
              "API version",
              id,
              "",
              List.of(Calls.listConfiguration("It lists the API versions there are.")))
          .exception();
    }
    if (active.isEmpty()) {
      ApiVersion newest = all.getLast();
      var next =
          newest.state() == ApiVersion.State.NEW
              ? Calls.activate(newest.id(), "It publishes the version.")
              : Calls.createApiVersion(destinationId, newest.id(), "A copy of it can be active.");
      return new Problem.WrongState(
              "API version", newest.id(), newest.state().name(), "ACTIVE", List.of(next))
          .exception();
    }
    var paths =
        active.stream()
            .flatMap(version -> endpoints.ofVersion(tx, tenant, version.id()).stream())
            .map(Endpoint::path)
            .distinct()
            .toList();
    return new Problem.NotFound(
            "endpoint",
            active.getLast().id() + "." + path,
            Nearest.of(path, paths),
            List.of(Calls.listConfiguration("It lists the endpoints there are.")))
        .exception();
  }
}
