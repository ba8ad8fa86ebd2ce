package io.cardloom.ingest.source;

import io.cardloom.ingest.value.Conversion;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Tx;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What entries hold of a source's properties, as far as changing a property must know.
public interface HeldValues {
  /// Most unconvertible values shown.
  int SAMPLES_MAX = 5;

  /// What a change of types or delimiters does to stored entries.
  ///
  /// @param populatedEntries entries that hold a value of a changed property
  /// @param unconvertibleValues values that the new type cannot take
  /// @param samples up to [#SAMPLES_MAX] of them, as `entry.property: value`
  record Impact(long populatedEntries, long unconvertibleValues, List<String> samples) {
    public static final Impact NONE = new Impact(0, 0, List.of());

    public Impact {
      samples = List.copyOf(samples);
    }
  }

  /// Whether any live entry holds a value of the property.
  boolean anyHolds(Tx tx, String tenant, String sourceId, String propertyId) throws SQLException;

  /// Looks at every live entry that holds one of the properties.
  ///
  /// @param changes property id to its conversion
  Impact impact(Tx tx, String tenant, String sourceId, Map<String, Conversion> changes)
      throws SQLException;

  /// Has the stored values of the properties converted in the background, once this commits.
  void begin(Tx tx, Caller caller, String sourceId, List<String> propertyIds, Instant at)
      throws SQLException;
}
