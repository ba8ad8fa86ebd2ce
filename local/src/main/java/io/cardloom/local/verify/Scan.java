package io.cardloom.local.verify;

import com.google.protobuf.ByteString;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Documents of one collection in key order, a page in memory at a time.
///
/// Keys are ASCII, so Java's order of strings is the order of the service's scan.
public final class Scan {
  /// Documents a page: a few megabytes at most.
  private static final int PAGE = 1000;

  private final String collection;
  private final Function<ScanRequest, ScanResponse> pages;
  private final ArrayDeque<Document> read = new ArrayDeque<>();
  private String after = "";
  private boolean last;

  /// @param body canonical JSON object
  public record Document(String key, long version, ByteString body) {}

  /// `pages` is one of the services' scan calls.
  public Scan(String collection, Function<ScanRequest, ScanResponse> pages) {
    this.collection = collection;
    this.pages = pages;
  }

  /// The next document without taking it; null at the end.
  @Nullable Document peek() {
    while (read.isEmpty() && !last) {
      var page =
          pages.apply(
              ScanRequest.newBuilder()
                  .setCollectionId(collection)
                  .setAfterKey(after)
                  .setLimit(PAGE)
                  .build());
      for (var document : page.getDocumentsList()) {
        if (!after.isEmpty() && document.getKey().compareTo(after) <= 0) {
          throw new IllegalStateException(
              "the scan of " + collection + " came to " + document.getKey() + " after " + after);
        }
        after = document.getKey();
        read.add(new Document(document.getKey(), document.getVersion(), document.getBody()));
      }
      last = page.getLast();
      if (!last && page.getDocumentsCount() == 0) {
        throw new IllegalStateException("the scan of " + collection + " has an empty page in it");
      }
    }
    return read.peek();
  }

  /// Takes the next document; null at the end.
  public @Nullable Document next() {
    peek();
    return read.poll();
  }

  /// Takes the next document if its key is `key`.
  @Nullable Document takeIf(String key) {
    var next = peek();
    return next != null && next.key().equals(key) ? read.poll() : null;
  }
}
