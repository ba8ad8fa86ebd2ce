package io.cardloom.local.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// An identity provider as far as the aggregator asks for one: a key set on loopback and access
/// tokens signed with its key. Its key lives as long as the object.
///
/// The aggregator trusts it with the settings `identity.issuer` and `identity.jwks`.
public final class TestIssuer implements AutoCloseable {
  /// What a person can let a client do, all of it.
  public static final String ALL_SCOPES = "cardloom:read cardloom:write cardloom:publish";

  /// A test that takes longer asks for another token.
  private static final Duration LIFE = Duration.ofHours(1);

  private final ECKey key;
  private final HttpServer server;

  private TestIssuer(ECKey key, HttpServer server) {
    this.key = key;
    this.server = server;
  }

  /// Makes a key and serves its public half on a free port.
  public static TestIssuer start() {
    try {
      var key = new ECKeyGenerator(Curve.P_256).keyID(UUID.randomUUID().toString()).generate();
      byte[] keySet = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/jwks.json", exchange -> answer(exchange, keySet));
      server.start();
      return new TestIssuer(key, server);
    } catch (JOSEException failure) {
      throw new IllegalStateException("could not make a key", failure);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// What tokens name as their issuer, and the aggregator compares byte for byte.
  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/cardloom";
  }

  /// Where the key set is.
  public URI jwks() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json");
  }

  /// An access token with every scope for one workspace.
  ///
  /// @param publicBase the aggregator's URL as clients know it, no slash at the end
  /// @param roles of the person in that workspace, such as `admin`
  public String token(String publicBase, String workspace, String subject, String... roles) {
    return signed(claims(publicBase, workspace, subject, roles).build());
  }

  /// The claims of such a token; whoever changes one has another token.
  public JWTClaimsSet.Builder claims(
      String publicBase, String workspace, String subject, String... roles) {
    var now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(issuer())
        .audience(List.of(publicBase + "/" + workspace + "/mcp", "cardloom-aggregator"))
        .subject(subject)
        .claim("typ", "Bearer")
        .claim("azp", "test-client")
        .claim("name", subject)
        .claim("scope", ALL_SCOPES)
        .claim("workspaces", List.of(workspace))
        .claim("workspace_roles", Map.of(workspace, List.of(roles)))
        .claim("workspace_names", Map.of(workspace, workspace))
        .claim("workspace_granted_at", now.getEpochSecond())
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(LIFE)))
        .jwtID(UUID.randomUUID().toString());
  }

  /// A token of these claims, signed with the key of this issuer.
  public String signed(JWTClaimsSet claims) {
    try {
      var token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException failure) {
      throw new IllegalStateException("could not sign a token", failure);
    }
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
