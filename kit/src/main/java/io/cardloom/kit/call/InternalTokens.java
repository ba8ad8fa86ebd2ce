package io.cardloom.kit.call;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.Permission;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Short-lived tokens between services (JWS, EdDSA over Ed25519): tenant, subject, permissions. A
/// client's own token never travels on.
public final class InternalTokens {
  private static final String AUDIENCE = "cardloom-internal";
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final Duration RENEW_BEFORE_END = Duration.ofMinutes(1);

  /// Callers and tokens remembered by one process; the oldest leave first.
  private static final int CACHED_MAX = 10_000;

  private InternalTokens() {}

  private record Identity(String tenant, String subject, Set<Permission> permissions) {}

  private record Signed(String token, Instant renewAt) {}

  private record Verified(Identity identity, Instant until) {}

  /// Signs for one service. Tokens are reused until shortly before they end. Safe for several
  /// threads.
  public static final class Signer {
    private final String name;
    private final PrivateKey key;
    private final Clock clock;
    private final Map<Identity, Signed> cache = bounded();

    /// @param name the service, as the others know its public key
    public Signer(String name, PrivateKey key, Clock clock) {
      this.name = name;
      this.key = key;
      this.clock = clock;
    }

    public String sign(Caller caller) {
      var identity = new Identity(caller.tenant(), caller.subject(), caller.permissions());
      Signed signed = cache.get(identity);
      Instant now = clock.instant();
      if (signed == null || !now.isBefore(signed.renewAt())) {
        signed = new Signed(make(identity, now), now.plus(LIFE).minus(RENEW_BEFORE_END));
        cache.put(identity, signed);
      }
      return signed.token();
    }

    private String make(Identity identity, Instant now) {
      var claims =
          new JWTClaimsSet.Builder()
              .issuer(name)
              .audience(AUDIENCE)
              .subject(identity.subject())
              .claim("tenant", identity.tenant())
              .claim(
                  "permissions", identity.permissions().stream().map(Enum::name).sorted().toList())
              .expirationTime(Date.from(now.plus(LIFE)))
              .build();
      var jwt =
          new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID(name).build(), claims);
      try {
        jwt.sign(new Ed25519Signer(key));
      } catch (JOSEException failure) {
        throw new IllegalStateException("cannot sign an internal token", failure);
      }
      return jwt.serialize();
    }
  }

  /// Checks tokens against the public keys of the services. Safe for several threads.
  public static final class Verifier {
    private final Map<String, PublicKey> keys;
    private final Clock clock;
    private final Map<String, Verified> cache = bounded();

    public Verifier(Map<String, PublicKey> keys, Clock clock) {
      this.keys = Map.copyOf(keys);
      this.clock = clock;
    }

    /// The caller that the token speaks of.
    ///
    /// @throws io.cardloom.kit.problem.ProblemException `Unauthenticated` when it is not one of
    ///   ours, forged or over
    public Caller verify(String token, String correlationId) {
      Instant now = clock.instant();
      Verified verified = cache.get(token);
      if (verified == null) {
        verified = check(token);
        cache.put(token, verified);
      }
      if (!now.isBefore(verified.until())) throw refused("has ended");
      Identity identity = verified.identity();
      return new Caller(
          identity.tenant(), identity.subject(), identity.permissions(), correlationId);
    }

    private Verified check(String token) {
      try {
        var jwt = SignedJWT.parse(token);
        PublicKey key = keys.get(String.valueOf(jwt.getHeader().getKeyID()));
        if (!JWSAlgorithm.EdDSA.equals(jwt.getHeader().getAlgorithm()) || key == null) {
          throw refused("is not from a service known here");
        }
        var signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(jwt.getSigningInput());
        if (!signature.verify(jwt.getSignature().decode())) throw refused("is forged");
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        if (!List.of(AUDIENCE).equals(claims.getAudience()) || claims.getExpirationTime() == null) {
          throw refused("is for something else");
        }
        var permissions = EnumSet.noneOf(Permission.class);
        for (String permission : claims.getStringListClaim("permissions")) {
          permissions.add(Permission.valueOf(permission));
        }
        if (!gives(jwt.getHeader().getKeyID(), permissions)) {
          throw refused("names a permission that its signer cannot give");
        }
        String tenant = claims.getStringClaim("tenant");
        if (tenant == null || tenant.isEmpty()) throw refused("names no workspace");
        var identity =
            new Identity(tenant, String.valueOf(claims.getSubject()), Set.copyOf(permissions));
        return new Verified(identity, claims.getExpirationTime().toInstant());
      } catch (ParseException | GeneralSecurityException | IllegalArgumentException _) {
        throw refused("is not readable");
      }
    }

    /// Whose word counts for what. People come in at the aggregator alone, which keeps the audit
    /// log: so no write is made past it.
    private static boolean gives(String signer, Set<Permission> permissions) {
      var rest = EnumSet.noneOf(Permission.class);
      rest.addAll(permissions);
      return switch (signer) {
        case Keys.AGGREGATOR -> !rest.contains(Permission.OPERATOR);
        case Keys.OPERATOR -> {
          rest.remove(Permission.OPERATOR);
          yield Caller.OF_SERVICES.containsAll(rest);
        }
        default -> Caller.OF_SERVICES.containsAll(rest);
      };
    }

    private static RuntimeException refused(String why) {
      return new Problem.Unauthenticated("The internal token " + why + ".").exception();
    }
  }

  /// Nimbus signs Ed25519 only with a library of its own; the JDK can.
  private record Ed25519Signer(PrivateKey key) implements JWSSigner {
    @Override
    public Base64URL sign(JWSHeader header, byte[] input) throws JOSEException {
      try {
        var signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(input);
        return Base64URL.encode(signature.sign());
      } catch (GeneralSecurityException failure) {
        throw new JOSEException(failure.getMessage(), failure);
      }
    }

    @Override
    public Set<JWSAlgorithm> supportedJWSAlgorithms() {
      return Set.of(JWSAlgorithm.EdDSA);
    }

    @Override
    public JCAContext getJCAContext() {
      return new JCAContext();
    }
  }

  private static <K, V> Map<K, V> bounded() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > CACHED_MAX;
          }
        });
  }
}
