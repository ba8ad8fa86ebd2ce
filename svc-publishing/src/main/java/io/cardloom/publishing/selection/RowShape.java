package io.cardloom.publishing.selection;

import com.google.protobuf.ByteString;
import io.cardloom.index.Body;
import io.cardloom.index.Document;
import io.cardloom.proto.publishing.v1.EndpointProperty;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.io.JsonStringEncoder;

/// What a selection makes of a card: its chosen properties under their names in the endpoint, or no
/// row when a condition does not hold.
public final class RowShape {
  private static final byte[] ID = {'{', '"', 'i', 'd', '"', ':', '"'};
  private static final JsonStringEncoder JSON = JsonStringEncoder.getInstance();

  private final Map<String, List<String>> names;
  private final Conditions conditions;

  private RowShape(Map<String, List<String>> names, Conditions conditions) {
    this.names = names;
    this.conditions = conditions;
  }

  public static RowShape of(Selection selection) {
    var names = new HashMap<String, List<String>>();
    for (EndpointProperty property : selection.properties()) {
      names
          .computeIfAbsent(property.getIdentifier(), _ -> new ArrayList<>(1))
          .add(property.getAs());
    }
    return new RowShape(names, Conditions.of(selection.conditions()));
  }

  /// The row of a card.
  ///
  /// @param card canonical JSON of its values
  /// @throws IllegalArgumentException when it is something else
  public Document row(String cardId, long version, ByteString card, long acceptedAtMicros) {
    Body body = Body.parse(card.toByteArray());
    if (!conditions.match(cardId, body)) {
      return Document.deleted(cardId, version, acceptedAtMicros);
    }
    var row = new Body.Builder(names.size());
    body.forEach((identifier, slot) -> {
      for (String name : names.getOrDefault(identifier, List.of())) row.put(name, slot);
    });
    return Document.of(cardId, version, row.build(), acceptedAtMicros);
  }

  /// A row as consumers get it, the key first.
  ///
  /// @param body canonical JSON of its values
  public static byte[] json(String rowId, byte[] body) {
    byte[] key = JSON.quoteAsUTF8(rowId);
    var json = new ByteArrayOutputStream(ID.length + key.length + body.length + 2);
    json.writeBytes(ID);
    json.writeBytes(key);
    json.write('"');
    if (body.length > 2) json.write(',');
    json.write(body, 1, body.length - 1);
    return json.toByteArray();
  }
}
