package io.cardloom.ingest.source;

import io.cardloom.index.IndexedProperty;
import io.cardloom.ingest.value.Canonical;
import io.cardloom.kit.problem.Next;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.ingest.v1.PropertyInput;
import io.cardloom.proto.ingest.v1.ReindexImpact;
import io.cardloom.proto.ingest.v1.UpsertDataSourcePropertiesRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// Sources and properties on the wire.
final class SourcePb {
  private SourcePb() {}

  static io.cardloom.proto.ingest.v1.DataSource of(DataSource source) {
    return io.cardloom.proto.ingest.v1.DataSource.newBuilder()
        .setId(source.id())
        .setName(source.name())
        .setDescription(source.description())
        .addAllLanguages(source.languages())
        .addAllRelatedSourceIds(source.related())
        .setVersion(source.version())
        .setCreatedAt(source.createdAt().toString())
        .setUpdatedAt(source.updatedAt().toString())
        .build();
  }

  static io.cardloom.proto.ingest.v1.SourceProperty of(SourceProperty property) {
    return io.cardloom.proto.ingest.v1.SourceProperty.newBuilder()
        .setId(property.id())
        .setDisplayName(property.displayName())
        .setDescription(property.description())
        .setType(property.type())
        .setState(property.state())
        .setDelimiter(property.delimiter())
        .setLocalized(property.localized())
        .setFilter(IndexedProperty.filter(property.type()))
        .addAllOperators(IndexedProperty.operators(property.type()))
        .build();
  }

  /// Without what a call does not need: the description, and the operators, which follow from the
  /// filter.
  static io.cardloom.proto.ingest.v1.SourceProperty summary(SourceProperty property) {
    return of(property).toBuilder().clearDescription().clearOperators().build();
  }

  static ReindexImpact of(HeldValues.Impact impact) {
    return ReindexImpact.newBuilder()
        .setPopulatedEntries(impact.populatedEntries())
        .setUnconvertibleValues(impact.unconvertibleValues())
        .addAllSamples(impact.samples())
        .build();
  }

  static Next describe(String sourceId, String why) {
    return new Next("describe_data_source_schema", "{\"sourceId\":" + text(sourceId) + "}", why);
  }

  /// The same call with a yes to converting stored values.
  static Next allowed(UpsertDataSourcePropertiesRequest request) {
    var properties = new ArrayList<String>();
    for (PropertyInput input : request.getPropertiesList()) {
      var fields = new ArrayList<String>();
      fields.add("\"id\":" + text(input.getId()));
      field(fields, "displayName", input.getDisplayName());
      if (input.getType() != PropertyType.PROPERTY_TYPE_UNSPECIFIED) {
        field(fields, "type", PropertyPlan.word(input.getType()));
      }
      field(fields, "delimiter", input.getDelimiter());
      field(fields, "description", input.getDescription());
      properties.add("{" + String.join(",", fields) + "}");
    }
    String expected =
        request.getExpectedVersion() == 0
            ? ""
            : ",\"expectedVersion\":" + request.getExpectedVersion();
    return new Next(
        "upsert_data_source_properties",
        "{\"sourceId\":"
            + text(request.getSourceId())
            + ",\"properties\":["
            + String.join(",", properties)
            + "],\"allowReindex\":true"
            + expected
            + "}",
        "converts the stored values");
  }

  private static void field(ArrayList<String> fields, String name, String value) {
    if (!value.isEmpty()) fields.add("\"" + name + "\":" + text(value));
  }

  private static String text(String value) {
    return new String(Canonical.text(value), StandardCharsets.UTF_8);
  }
}
