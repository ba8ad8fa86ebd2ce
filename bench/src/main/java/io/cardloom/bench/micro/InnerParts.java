package io.cardloom.bench.micro;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.cardloom.aggregator.codec.MessageReader;
import io.cardloom.aggregator.codec.MessageWriter;
import io.cardloom.aggregator.codec.Rules;
import io.cardloom.aggregator.codec.Shapes;
import io.cardloom.bench.stack.Corpus;
import io.cardloom.index.Body;
import io.cardloom.ingest.entry.EntryBatch;
import io.cardloom.ingest.source.DataSource;
import io.cardloom.ingest.source.Schema;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.publishing.v1.SearchDestinationDataRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The inner parts on real products, each with what a library does for the same result: Jackson's
/// tree for values, `JsonFormat` for messages. A method and its baseline share their name.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked
public class InnerParts {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int ENTRIES = 100;

  private static final String QUERY =
      """
      {"destinationId":"shop","endpoint":"products","query":{"filters":[
        {"property":"category","text":{"anyOf":["CPUCooler"]}},{"property":"in_stock","boolean":{"is":true}},
        {"property":"price","number":{"gte":10,"lt":100}}],"fields":["name","manufacturer","price"],"limit":24,"includeTotal":true}}
      """;

  private final MessageReader reader = new MessageReader(new Shapes(), new Rules());
  private final MessageWriter writer = new MessageWriter(new Shapes());
  private final byte[] query = QUERY.getBytes(StandardCharsets.UTF_8);
  private Message message;
  private byte[] json;
  private Body body;
  private Body patch;
  private Body after;
  private ObjectNode tree;
  private ObjectNode patchTree;
  private ObjectNode afterTree;
  private Schema schema;
  private ImportDataRequest batch;

  @Setup
  public void prepare() throws IOException {
    var corpus = Corpus.read();
    message = reader.read(SearchDestinationDataRequest.getDescriptor(), query, 0, query.length);
    tree = JSON.readTree(corpus.product(0).values()).asObject();
    patchTree = JsonNodeFactory.instance.objectNode().put("price", 12.5).put("stock", 7);
    afterTree = tree.deepCopy();
    afterTree.setAll(patchTree);
    json = bytes(tree);
    body = Body.parse(json);
    patch = Body.parse(bytes(patchTree));
    after = body.merge(patch);
    schema = schema(corpus);
    var request = ImportDataRequest.newBuilder().setSourceId("products");
    for (int row = 0; row < ENTRIES; row++) {
      request.addEntries(
          EntryInput.newBuilder()
              .setId(corpus.id(row))
              .setValues(
                  Json.newBuilder()
                      .setUtf8(ByteString.copyFromUtf8(corpus.product(row).values()))));
    }
    batch = request.build();
  }

  private static Schema schema(Corpus corpus) {
    var properties = new ArrayList<SourceProperty>();
    corpus
        .source("products")
        .kinds()
        .forEach((id, kind) ->
            properties.add(
                SourceProperty.found(id, PropertyType.valueOf("PROPERTY_TYPE_" + kind.name()))));
    var now = Instant.EPOCH;
    return new Schema(
        new DataSource("products", "Products", "", List.of("en"), List.of(), 1, now, now),
        properties);
  }

  private static byte[] bytes(JsonNode tree) {
    return tree.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Benchmark
  public Object readArguments() {
    return reader.read(SearchDestinationDataRequest.getDescriptor(), query, 0, query.length);
  }

  @Benchmark
  public Object readArgumentsBaseline() throws InvalidProtocolBufferException {
    var builder = SearchDestinationDataRequest.newBuilder();
    JsonFormat.parser().merge(new String(query, StandardCharsets.UTF_8), builder);
    return builder.build();
  }

  @Benchmark
  public Object writeAnswer() {
    return writer.bytes(message);
  }

  @Benchmark
  public Object writeAnswerBaseline() throws InvalidProtocolBufferException {
    return JsonFormat.printer()
        .omittingInsignificantWhitespace()
        .print(message)
        .getBytes(StandardCharsets.UTF_8);
  }

  /// Every rule of the source's schema, on 100 entries.
  @Benchmark
  public Object validateEntries() {
    return EntryBatch.read(schema, batch);
  }

  /// Parsing them, which any validation begins with.
  @Benchmark
  public Object validateEntriesBaseline() {
    var trees = new ArrayList<JsonNode>();
    for (var entry : batch.getEntriesList()) {
      trees.add(JSON.readTree(entry.getValues().getUtf8().toByteArray()));
    }
    return trees;
  }

  @Benchmark
  public Object mergeBody() {
    return body.merge(patch).toJson();
  }

  @Benchmark
  public Object mergeBodyBaseline() {
    ObjectNode merged = JSON.readTree(json).asObject();
    merged.setAll(patchTree);
    return bytes(merged);
  }

  @Benchmark
  public Object diffBodies() {
    return body.changesTo(after);
  }

  @Benchmark
  public Object diffBodiesBaseline() {
    var changes = new ArrayList<Map.Entry<String, JsonNode>>();
    for (var property : afterTree.properties()) {
      if (!property.getValue().equals(tree.get(property.getKey()))) changes.add(property);
    }
    for (var id : tree.propertyNames()) {
      if (!afterTree.has(id)) changes.add(Map.entry(id, JsonNodeFactory.instance.nullNode()));
    }
    return changes;
  }

  @Benchmark
  public Object projectRow() {
    return Body.parse(json).select(id -> id.startsWith("specs_") ? id.substring(6) : id).toJson();
  }

  @Benchmark
  public Object projectRowBaseline() {
    var row = JsonNodeFactory.instance.objectNode();
    for (var property : JSON.readTree(json).properties()) {
      var id = property.getKey();
      row.set(id.startsWith("specs_") ? id.substring(6) : id, property.getValue());
    }
    return bytes(row);
  }
}
