package io.cardloom.aggregator.audit;

import io.cardloom.aggregator.identity.Principal;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;

/// A refusal that anybody can cause as often as they like. Equal ones are counted together.
///
/// @param workspace of the path that was called
/// @param subject as a token of the issuer tells it; empty where there was none with a good
///   signature
/// @param client likewise
/// @param name likewise, for people; only of members
/// @param tool empty where the request was refused before it was read
/// @param outcome the code word of the problem
/// @param reason one clause, of our own words
/// @param from the network the request came from, see [#network]
public record Refusal(
    String workspace,
    Standing standing,
    String subject,
    String client,
    String name,
    String tool,
    String outcome,
    String reason,
    String from) {

  static final String RATE_LIMITED = "rate_limited";
  private static final String UNAUTHENTICATED = "unauthenticated";

  /// Bytes of an address that are told: where from, not from whom.
  private static final int IPV4_BYTES = 3;

  private static final int IPV6_BYTES = 6;

  /// How those who are refused stand to the workspace.
  public enum Standing {
    /// Without a token or with one that is over, as every client when it begins.
    SIGNING_IN,
    /// With a token that is not good for this workspace.
    STRANGER,
    /// With a good token.
    MEMBER
  }

  /// Of a client that brings no token, or one that is over.
  public static Refusal signingIn(String workspace, String reason, String from) {
    return unknown(workspace, Standing.SIGNING_IN, UNAUTHENTICATED, reason, from);
  }

  /// Of a token that is not good here.
  ///
  /// @param subject of the token where the issuer signed it, else empty
  public static Refusal stranger(
      String workspace, String subject, String client, String reason, String from) {
    return new Refusal(
        workspace, Standing.STRANGER, subject, client, "", "", UNAUTHENTICATED, reason, from);
  }

  /// Of a page of an origin that may not call.
  public static Refusal page(String workspace, String from) {
    return unknown(
        workspace, Standing.STRANGER, "forbidden", "a page of another origin called", from);
  }

  /// Of a verified caller who calls too often.
  ///
  /// @param tool empty where the request was not read
  public static Refusal flood(Principal principal, String tool, String reason, String from) {
    return new Refusal(
        principal.workspace(),
        Standing.MEMBER,
        principal.subject(),
        principal.client().id(),
        principal.name(),
        tool,
        RATE_LIMITED,
        reason,
        from);
  }

  private static Refusal unknown(
      String workspace, Standing standing, String outcome, String reason, String from) {
    return new Refusal(workspace, standing, "", "", "", "", outcome, reason, from);
  }

  /// What stands for more of them than are kept apart.
  Refusal together() {
    return unknown(workspace, standing, outcome, "several", "");
  }

  /// The network of a peer: the first three bytes of an IPv4 address, six of an IPv6 one. Empty for
  /// what is none. Behind a proxy it is the proxy's.
  public static String network(SocketAddress peer) {
    if (!(peer instanceof InetSocketAddress socket)) return "";
    InetAddress address = socket.getAddress();
    if (address == null) return "";
    int kept = address instanceof Inet4Address ? IPV4_BYTES : IPV6_BYTES;
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, kept, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes).getHostAddress() + "/" + kept * 8;
    } catch (java.net.UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
