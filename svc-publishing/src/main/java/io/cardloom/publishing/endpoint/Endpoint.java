package io.cardloom.publishing.endpoint;

import io.cardloom.index.CollectionId;
import io.cardloom.publishing.selection.Selection;
import java.time.Instant;

/// What an API version serves under one path.
///
/// @param id API version id, a dot, the path
/// @param apiVersionId destination id, a dot, the version's name
/// @param path last segment of the URL: 1 to 64 of `[A-Za-z0-9_-]`
public record Endpoint(
    String tenant,
    String id,
    String apiVersionId,
    String path,
    String cardDefinitionId,
    Selection selection,
    Instant createdAt) {

  /// The endpoint's rows in the index.
  public CollectionId collection() {
    return new CollectionId(tenant, id);
  }

  public String destinationId() {
    return apiVersionId.substring(0, apiVersionId.lastIndexOf('.'));
  }

  /// The version's name, such as `v1`.
  public String versionName() {
    return apiVersionId.substring(apiVersionId.lastIndexOf('.') + 1);
  }

  /// @param publicUrl where consumers reach this service, without a slash at its end
  public String url(String publicUrl) {
    return String.join("/", publicUrl, tenant, destinationId(), versionName(), path);
  }

  /// @param publicUrl where consumers reach this service, without a slash at its end
  public io.cardloom.proto.publishing.v1.Endpoint toPb(String publicUrl) {
    return selection
        .toPb()
        .setId(id)
        .setApiVersionId(apiVersionId)
        .setPath(path)
        .setCardDefinitionId(cardDefinitionId)
        .setVersion(1)
        .setUrl(url(publicUrl))
        .setCreatedAt(createdAt.toString())
        .build();
  }
}
