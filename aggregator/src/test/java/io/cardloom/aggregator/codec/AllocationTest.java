package io.cardloom.aggregator.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.sun.management.ThreadMXBean;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What the codec may allocate on any machine: values pass through, so a batch costs its own bytes
/// a few times over, and never a tree of them.
final class AllocationTest {
  private static final int ENTRIES = 1_000;
  private static final int ROUNDS = 20;

  private final Shapes shapes = new Shapes();
  private final MessageReader reader = new MessageReader(shapes, new Rules());
  private final MessageWriter writer = new MessageWriter(shapes);

  @Test
  void aBatchCostsItsBytesAFewTimesOver() {
    byte[] json = batch().getBytes(StandardCharsets.UTF_8);
    Message read = reader.read(ImportDataRequest.getDescriptor(), json, 0, json.length);
    assertThat(
            allocated(() -> reader.read(ImportDataRequest.getDescriptor(), json, 0, json.length)))
        .isBetween((long) json.length, 3L * json.length);
    assertThat(allocated(() -> writer.bytes(read))).isBetween((long) json.length, 6L * json.length);
  }

  private static String batch() {
    return IntStream.range(0, ENTRIES)
        .mapToObj(i ->
            "{\"id\":\"entry-%d\",\"values\":{\"name\":\"%s\",\"price\":%d.5,\"tags\":[\"a\",\"b\"]}}"
                .formatted(i, "Desk ".repeat(100), i))
        .collect(Collectors.joining(",", "{\"sourceId\":\"s\",\"entries\":[", "]}"));
  }

  /// Bytes of one call on this thread, the least of several: compilation and first use cost more.
  private static long allocated(Runnable call) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return IntStream.range(0, ROUNDS)
        .mapToLong(_ -> {
          long before = threads.getCurrentThreadAllocatedBytes();
          call.run();
          return threads.getCurrentThreadAllocatedBytes() - before;
        })
        .min()
        .orElseThrow();
  }
}
