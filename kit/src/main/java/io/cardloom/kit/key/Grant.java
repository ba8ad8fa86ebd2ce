package io.cardloom.kit.key;

import io.cardloom.kit.call.Caller;
import io.cardloom.proto.Permission;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// What a key that is good opens, and for whom.
///
/// @param resourceIds what it opens; `*` for all there is and will be
public record Grant(String tenant, String applicationId, String keyId, List<String> resourceIds) {
  /// Opens everything of its API.
  public static final String ALL = "*";

  public Grant {
    resourceIds = List.copyOf(resourceIds);
  }

  public boolean all() {
    return resourceIds.contains(ALL);
  }

  /// Whether it opens the resource, also by what that is part of.
  ///
  /// @param ids of the resource and of what it is part of
  public boolean opens(String... ids) {
    for (String id : ids) if (resourceIds.contains(id)) return true;
    return all();
  }

  /// Who the application is in history and audit.
  public String subject() {
    return "application:" + applicationId;
  }

  /// The application as the author of what it does.
  public Caller caller(Permission permission) {
    return new Caller(tenant, subject(), Set.of(permission), UUID.randomUUID().toString());
  }
}
