package io.cardloom.aggregator.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.cardloom.aggregator.catalogue.Contracts;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a message holds, its JSON reads back as the same message: for every message of every
/// rpc.
class RoundTripTest {
  private static final int SAMPLES = 60;

  private final Shapes shapes = new Shapes();
  private final MessageReader reader = new MessageReader(shapes, new Rules());
  private final MessageWriter writer = new MessageWriter(shapes);

  static Stream<MethodDescriptor> rpcs() {
    return Contracts.ALL.stream()
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream());
  }

  @ParameterizedTest
  @MethodSource("rpcs")
  void jsonReadsBackAsTheSameMessage(MethodDescriptor rpc) {
    var samples = new Samples(42);
    for (int i = 0; i < SAMPLES; i++) {
      for (var type :
          new com.google.protobuf.Descriptors.Descriptor[] {
            rpc.getInputType(), rpc.getOutputType()
          }) {
        Message message = samples.of(type);
        byte[] json = writer.bytes(message);
        Message again = reader.readDraft(type, json, 0, json.length);
        assertThat(again).as(new String(json, StandardCharsets.UTF_8)).isEqualTo(message);
        assertThat(writer.bytes(again)).isEqualTo(json);
      }
    }
  }
}
