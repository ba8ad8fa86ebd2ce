package io.cardloom.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Ports on loopback.
public final class FreePort {
  private FreePort() {}

  /// A port that nothing listens on now. Another process may still take it before it is used.
  public static int any() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
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
