package io.cardloom.aggregator.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.cardloom.aggregator.identity.Client;
import io.cardloom.aggregator.identity.IdentityConfig;
import io.cardloom.aggregator.identity.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// An identity provider's keys over HTTP, and tokens signed with them.
public final class TestIssuer implements AutoCloseable {
  public static final String ISSUER = "https://issuer.test/realms/cardloom";
  public static final String PUBLIC_BASE = "http://127.0.0.1:7070";

  /// Made once: an RSA key takes a while.
  private static final RSAKey RSA = rsa("rsa-1");

  private static final RSAKey FOREIGN = rsa("rsa-1");
  private static final ECKey EC = ec();

  private final HttpServer server;
  private final List<JWK> published =
      new CopyOnWriteArrayList<>(List.of(RSA.toPublicJWK(), EC.toPublicJWK()));
  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean down;

  public TestIssuer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.createContext(
        "/jwks",
        exchange -> {
          asked.incrementAndGet();
          byte[] keys =
              new JWKSet(new ArrayList<>(published)).toString().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(down ? 503 : 200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    server.start();
  }

  public IdentityConfig config() {
    URI jwks = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
    return new IdentityConfig(PUBLIC_BASE, ISSUER, jwks, IdentityConfig.Claims.DEFAULT);
  }

  public void goDown() {
    down = true;
  }

  public int timesAsked() {
    return asked.get();
  }

  /// Publishes a new RSA key, as an issuer does when it rotates.
  public RSAKey rotate(String keyId) {
    var key = rsa(keyId);
    published.add(key.toPublicJWK());
    return key;
  }

  /// Claims of a good token for a workspace; change one and it is a bad one.
  public static JWTClaimsSet.Builder claims(String workspace, List<String> roles, String scope) {
    var now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .subject("alice")
        .audience(List.of(PUBLIC_BASE + "/" + workspace + "/mcp", "cardloom-aggregator"))
        .claim("typ", "Bearer")
        .claim("name", "Alice Example")
        .claim("azp", "agent")
        .claim("workspaces", List.of(workspace))
        .claim("workspace_roles", Map.of(workspace, roles))
        .claim("scope", scope)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
  }

  /// Someone verified who may do nothing.
  public static Principal principal(String workspace, String subject) {
    var client = new Client("agent", false, List.of(workspace));
    return Principal.of(workspace, workspace, subject, subject, client, List.of(), List.of());
  }

  /// A token of an administrator with every scope.
  public static String admin(String workspace) {
    return token(workspace, List.of("admin"), "cardloom:read cardloom:write cardloom:publish");
  }

  public static String token(String workspace, List<String> roles, String scope) {
    return rs256(claims(workspace, roles, scope).build());
  }

  /// A token of someone of that name.
  public static String token(String workspace, String subject, List<String> roles, String scope) {
    return rs256(claims(workspace, roles, scope).subject(subject).build());
  }

  public static String rs256(JWTClaimsSet claims) {
    return sign(RSA, claims);
  }

  /// Signed by a key of someone else with the same key id.
  public static String forged(JWTClaimsSet claims) {
    return sign(FOREIGN, claims);
  }

  public static String sign(RSAKey key, JWTClaimsSet claims) {
    return signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()), claims, key);
  }

  public static String es256(JWTClaimsSet claims) {
    return signed(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec-1"), claims, EC);
  }

  /// A good signature under a type of token that is none of access.
  public static String typed(String type, JWTClaimsSet claims) {
    var header =
        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-1").type(new JOSEObjectType(type));
    return signed(header, claims, RSA);
  }

  /// The public key used as a secret, which a careless check would accept.
  public static String hs256WithPublicKey(JWTClaimsSet claims) {
    try {
      var jwt =
          new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(), claims);
      jwt.sign(new MACSigner(RSA.toRSAPublicKey().getEncoded()));
      return jwt.serialize();
    } catch (JOSEException failure) {
      throw new IllegalStateException(failure);
    }
  }

  public static String unsigned(JWTClaimsSet claims) {
    return new PlainJWT(claims).serialize();
  }

  private static String signed(JWSHeader.Builder header, JWTClaimsSet claims, JWK key) {
    try {
      var jwt = new SignedJWT(header.build(), claims);
      jwt.sign(key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key));
      return jwt.serialize();
    } catch (JOSEException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static RSAKey rsa(String keyId) {
    try {
      return new RSAKeyGenerator(2048).keyID(keyId).generate();
    } catch (JOSEException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static ECKey ec() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
    } catch (JOSEException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
