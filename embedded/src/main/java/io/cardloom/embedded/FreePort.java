package io.cardloom.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Ports on loopback.
public final class FreePort {
  /// Above what a local stack of a test takes, below what systems hand out for connections (32768
  /// and up on Linux): a port of that range may be a connection's before a server binds it.
  private static final int FROM = 23_000;

  private static final int TO = 32_000;
  private static final int TRIES_MAX = 200;

  private FreePort() {}

  /// A port that nothing listens on now, drawn by lot, so that processes that ask at the same time
  /// hardly ever get the same one.
  public static int any() throws IOException {
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      int port = ThreadLocalRandom.current().nextInt(FROM, TO);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("no free port of loopback found from " + FROM + " to " + TO);
  }

  /// True when nothing listens on `port` of loopback.
  public static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /// `port` itself, or any free one for 0.
  static int orAny(int port) throws IOException {
    return port == 0 ? any() : port;
  }
}
