package io.cardloom.ingest.source;

import io.cardloom.kit.db.Db;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Schemas read a moment ago. One may be old: whoever uses it holds the source ([SourceStore#hold])
/// and compares the version before anything is written or refused.
public final class SchemaCache {
  /// Most sources kept; the one not used for longest goes first.
  private static final int SCHEMAS_MAX = 500;

  private record Key(String tenant, String sourceId) {}

  private final Db db;
  private final SourceStore sources;
  private final Map<Key, Schema> schemas =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Schema> eldest) {
              return size() > SCHEMAS_MAX;
            }
          });

  public SchemaCache(Db db, SourceStore sources) {
    this.db = db;
    this.sources = sources;
  }

  /// The schema as last read here.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `NotFound`
  public Schema recent(String tenant, String sourceId) {
    Schema kept = schemas.get(new Key(tenant, sourceId));
    return kept != null ? kept : fresh(tenant, sourceId);
  }

  /// The schema as it is now.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `NotFound`
  public Schema fresh(String tenant, String sourceId) {
    Schema read = db.inTx(tenant, tx -> sources.schema(tx, tenant, sourceId));
    schemas.put(new Key(tenant, sourceId), read);
    return read;
  }
}
