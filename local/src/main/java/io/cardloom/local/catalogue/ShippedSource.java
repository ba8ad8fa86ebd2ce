package io.cardloom.local.catalogue;

import io.cardloom.local.rows.Row;
import io.cardloom.local.rows.RowReader;
import java.io.IOException;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A data source of the catalogue that ships with the project, and its rows.
///
/// @param relatedSourceIds sources before it that share its entry ids
/// @param kinds property id to kind
/// @param keyFields what makes an entry id
public record ShippedSource(
    String id,
    String name,
    String description,
    List<String> languages,
    List<String> relatedSourceIds,
    SequencedMap<String, Kind> kinds,
    List<String> keyFields,
    int rowCount,
    Rows rows) {

  /// Opens the rows anew each time.
  @FunctionalInterface
  public interface Rows {
    RowReader open() throws IOException;
  }

  ShippedSource first(int count) {
    return new ShippedSource(
        id,
        name,
        description,
        languages,
        relatedSourceIds,
        kinds,
        keyFields,
        Math.min(count, rowCount),
        () -> new FirstRows(rows.open(), count));
  }

  /// The same rows as another source, related to none.
  public ShippedSource as(String other) {
    return new ShippedSource(
        other, name, description, languages, List.of(), kinds, keyFields, rowCount, rows);
  }

  private static final class FirstRows implements RowReader {
    private final RowReader all;
    private int left;

    FirstRows(RowReader all, int count) {
      this.all = all;
      this.left = count;
    }

    @Override
    public @Nullable Row next() throws IOException {
      return left-- > 0 ? all.next() : null;
    }

    @Override
    public void close() throws IOException {
      all.close();
    }
  }

  public SourceSchema schema() {
    return new SourceSchema(Set.copyOf(languages), kinds);
  }
}
