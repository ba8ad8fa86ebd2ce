package io.cardloom.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// Terms of one document after the other, each as a `tsvector` in binary: how many, then each with
/// its end and no positions. PostgreSQL puts them in order, and must not be given one twice. Used
/// by one thread.
final class Terms {
  /// A tsvector holds 1 MiB; values are not found by their terms beyond it.
  private static final int BYTES_MAX = 1_000_000;

  private static final int COUNT_BYTES = 4;

  /// Seen words are forgotten one by one up to so many.
  private static final int SEEN_KEPT_MAX = 64;

  private final byte[][] endings;
  private byte[] bytes = new byte[1_024];
  private int size = COUNT_BYTES;
  private int count;
  private byte[] ending = {};
  private Set<String> seen = new HashSet<>();

  /// @param slots the highest that will be named
  Terms(int slots) {
    endings = new byte[slots + 1][];
  }

  /// Words that follow are of the property in this slot. Named once for each document.
  void of(int slot) {
    var known = endings[slot];
    if (known == null) {
      known = (Folding.term("", slot) + "\0\0\0").getBytes(StandardCharsets.US_ASCII);
      endings[slot] = known;
    }
    ending = known;
    if (seen.size() > SEEN_KEPT_MAX) seen = new HashSet<>();
    else seen.clear();
  }

  void add(String word) {
    if (!seen.add(word)) return;
    // No more than three bytes a character.
    int most = 3 * word.length() + ending.length;
    if (size + most > BYTES_MAX) return;
    if (size + most > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + most));
    }
    write(word);
    System.arraycopy(ending, 0, bytes, size, ending.length);
    size += ending.length;
    count++;
  }

  /// In UTF-8.
  private void write(String word) {
    for (int i = 0; i < word.length(); i++) {
      char letter = word.charAt(i);
      if (letter >= 128) {
        byte[] rest = word.substring(i).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(rest, 0, bytes, size, rest.length);
        size += rest.length;
        return;
      }
      bytes[size++] = (byte) letter;
    }
  }

  /// Those of the document; the next one's follow.
  byte[] take() {
    ByteBuffer.wrap(bytes).putInt(0, count);
    var taken = Arrays.copyOf(bytes, size);
    size = COUNT_BYTES;
    count = 0;
    return taken;
  }
}
