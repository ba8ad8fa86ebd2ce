package io.cardloom.kit.key;

import io.cardloom.kit.db.Tx;
import io.cardloom.proto.application.v1.Api;
import java.util.Collection;

/// What the keys of one API open.
///
/// @param kind how its keys begin, three letters
/// @param service that answers for it
/// @param resource what a resource is called, such as `data source`
/// @param resources those there are
/// @param usage how a program sends its key, one sentence
public record KeyedApi(
    Api api, String kind, String service, String resource, Resources resources, String usage) {

  /// The resources of a workspace that a key can be made for.
  public interface Resources {
    boolean has(Tx tx, String tenant, String id);

    /// Ids to look for the nearest one among; not all where there are very many.
    Collection<String> ids(Tx tx, String tenant);
  }
}
