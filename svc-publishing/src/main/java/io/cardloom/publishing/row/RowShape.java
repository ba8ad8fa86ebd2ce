package io.cardloom.publishing.row;

import com.google.protobuf.ByteString;
import io.cardloom.index.Body;
import io.cardloom.index.Document;
import io.cardloom.proto.publishing.v1.EndpointProperty;
import io.cardloom.publishing.endpoint.Conditions;
import io.cardloom.publishing.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What an endpoint makes of a card: its chosen properties under the endpoint's names, or no row
/// when a condition does not hold.
public final class RowShape {
  private final Map<String, List<String>> names;
  private final Conditions conditions;

  private RowShape(Map<String, List<String>> names, Conditions conditions) {
    this.names = names;
    this.conditions = conditions;
  }

  public static RowShape of(Endpoint endpoint) {
    var names = new HashMap<String, List<String>>();
    for (EndpointProperty property : endpoint.selection().properties()) {
      names
          .computeIfAbsent(property.getIdentifier(), _ -> new ArrayList<>(1))
          .add(property.getAs());
    }
    return new RowShape(names, Conditions.of(endpoint.selection().conditions()));
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
    var slots = new TreeMap<String, Body.Slot>();
    body.slots()
        .forEach((identifier, slot) -> {
          for (String name : names.getOrDefault(identifier, List.of())) slots.put(name, slot);
        });
    return Document.of(cardId, version, Body.of(slots), acceptedAtMicros);
  }
}
