package io.cardloom.aggregator.mcp;

import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which web pages may call, so that a page a person visits cannot reach a server on their machine.
///
/// @param allowed origins such as `https://claude.ai`
/// @param publicHost host of the public address, for the check of Host
/// @param loopback whether the server listens on this machine only: then pages of this machine may
///   call, and the Host of every request must name it
public record Origins(Set<String> allowed, String publicHost, boolean loopback) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  public Origins {
    allowed = Set.copyOf(allowed);
  }

  /// @param more origins besides the public address's own
  /// @param listenHost address the server listens on
  public static Origins of(Collection<String> more, String publicBase, String listenHost) {
    var base = URI.create(publicBase);
    var allowed = new HashSet<>(more);
    allowed.add(base.getScheme() + "://" + base.getRawAuthority());
    boolean loopback = LOOPBACK.contains(listenHost) || listenHost.equals("::1");
    return new Origins(allowed, base.getHost(), loopback);
  }

  /// A request without an Origin comes from no page.
  boolean permits(@Nullable String origin) {
    if (origin == null || allowed.contains(origin)) return true;
    String host = host(origin);
    return loopback && host != null && LOOPBACK.contains(host);
  }

  /// Whether the Host of a request is one this server answers to.
  boolean answersTo(@Nullable String hostAndPort) {
    if (!loopback) return true;
    String host = host("http://" + hostAndPort);
    return host != null && (LOOPBACK.contains(host) || host.equals(publicHost));
  }

  private static @Nullable String host(String url) {
    try {
      return URI.create(url).getHost();
    } catch (IllegalArgumentException notOne) {
      return null;
    }
  }
}
