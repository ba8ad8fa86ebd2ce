package io.cardloom.idp.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// A lock on a file, held by this process until closed. The operating system frees it when the
/// process dies.
final class FileLease implements AutoCloseable {
  private final FileChannel channel;

  private FileLease(FileChannel channel) {
    this.channel = channel;
  }

  /// Empty when somebody else holds it. Several may hold it `shared`.
  static Optional<FileLease> take(Path file, boolean shared) throws IOException {
    Files.createDirectories(file.getParent());
    var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException held) {
      // by this very process
    } finally {
      if (lock == null) channel.close();
    }
    return lock == null ? Optional.empty() : Optional.of(new FileLease(channel));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
