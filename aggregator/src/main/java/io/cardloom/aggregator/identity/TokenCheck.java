package io.cardloom.aggregator.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import io.cardloom.aggregator.identity.Verdict.Ended;
import io.cardloom.aggregator.identity.Verdict.Missing;
import io.cardloom.aggregator.identity.Verdict.Refused;
import io.cardloom.aggregator.identity.Verdict.Unready;
import io.cardloom.aggregator.identity.Verdict.Verified;
import io.cardloom.kit.key.KeyText;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks a bearer token on every request: signature, issuer, times, audience, and that the person
/// approved this workspace for this client. Nothing of it comes from the request but the token and
/// the workspace in its path.
public final class TokenCheck implements Authentication, Closeable {
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  private static final String KEY_OF_APPLICATION =
      "this is an application's key: it opens the Ingest API or the Destination API; sign in for MCP";

  /// Longest time a checked token is trusted without another look at its signature, so that a
  /// withdrawn key counts soon.
  private static final Duration TRUST_MAX = Duration.ofMinutes(5);

  /// Checked tokens remembered; the oldest leave first.
  private static final int REMEMBERED_MAX = 10_000;

  private static final Duration KEYS_RETRY = Duration.ofSeconds(2);

  private final IdentityConfig config;
  private final Clock clock;
  private final SigningKeys keys;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  private final Map<String, Trusted> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Trusted> eldest) {
              return size() > REMEMBERED_MAX;
            }
          });

  private record Trusted(Principal principal, Instant until) {}

  public TokenCheck(IdentityConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.keys = new SigningKeys(config.jwks());
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), keys.source()));
    processor.setJWTClaimsSetVerifier(this::checkClaims);
  }

  /// Judges the values of a request's Authorization headers for one workspace.
  @Override
  public Verdict check(List<String> authorization, String workspace) {
    if (authorization.isEmpty()) return new Missing();
    if (authorization.size() > 1) return new Refused("there is more than one Authorization header");
    String value = authorization.getFirst().strip();
    if (!value.regionMatches(true, 0, "Bearer ", 0, 7)) return new Missing();
    String token = value.substring(7).strip();
    if (token.startsWith(KeyText.PREFIX)) return new Refused(KEY_OF_APPLICATION);
    String key = workspace + ":" + digest(token);
    Trusted trusted = remembered.get(key);
    if (trusted != null && clock.instant().isBefore(trusted.until()))
      return new Verified(trusted.principal());
    return look(token, workspace, key);
  }

  private Verdict look(String token, String workspace, String key) {
    try {
      JWTClaimsSet claims = processor.process(SignedJWT.parse(token), null);
      if (!claims.getAudience().contains(config.resource(workspace))) {
        return foreign("the token is not for this resource", claims);
      }
      if (!workspaces(claims).contains(workspace))
        return foreign("the token does not grant this workspace", claims);
      var principal = principal(claims, workspace);
      Instant end = claims.getExpirationTime().toInstant().plus(CLOCK_SKEW);
      Instant trust = clock.instant().plus(TRUST_MAX);
      remembered.put(key, new Trusted(principal, end.isBefore(trust) ? end : trust));
      return new Verified(principal);
    } catch (KeySourceException unreachable) {
      return keys.known() ? new Refused("the token's key is not known") : new Unready(KEYS_RETRY);
    } catch (ExpiredJWTException ended) {
      return new Ended();
    } catch (BadJWTException claim) {
      return new Refused(
          Objects.requireNonNullElse(claim.getMessage(), "a claim is not acceptable"));
    } catch (ParseException
        | BadJOSEException
        | JOSEException
        | IllegalArgumentException unacceptable) {
      return new Refused("the token is not one of the issuer's access tokens");
    }
  }

  private void checkClaims(JWTClaimsSet claims, @Nullable SecurityContext context)
      throws BadJWTException {
    Instant now = clock.instant();
    if (!config.issuer().equals(claims.getIssuer()))
      throw new BadJWTException("the token is from another issuer");
    if (claims.getExpirationTime() == null) throw new BadJWTException("the token has no end");
    if (!now.isBefore(claims.getExpirationTime().toInstant().plus(CLOCK_SKEW))) {
      throw new ExpiredJWTException(Ended.REASON);
    }
    if (claims.getNotBeforeTime() != null
        && now.isBefore(claims.getNotBeforeTime().toInstant().minus(CLOCK_SKEW))) {
      throw new BadJWTException("the token is not valid yet");
    }
    if (claims.getSubject() == null || claims.getSubject().isEmpty()) {
      throw new BadJWTException("the token names no one");
    }
    // Identity and refresh tokens of the same issuer say so here; a bound token needs a proof
    // nobody checks here.
    Object use = claims.getClaim("typ");
    if (use != null && !use.equals("Bearer"))
      throw new BadJWTException("the token is no access token");
    if (claims.getClaim("cnf") != null) throw new BadJWTException("the token is bound to a key");
  }

  private static Refused foreign(String reason, JWTClaimsSet claims) {
    return new Refused(reason, claims.getSubject(), client(claims));
  }

  private static String client(JWTClaimsSet claims) {
    String client = text(claims.getClaim("azp"));
    return client.isEmpty() ? text(claims.getClaim("client_id")) : client;
  }

  private Principal principal(JWTClaimsSet claims, String workspace) {
    String subject = claims.getSubject();
    String login = text(claims.getClaim("preferred_username"));
    String name = text(claims.getClaim("name"));
    String client = client(claims);
    // Keycloak's name for it; others make the client its own subject (RFC 9068).
    boolean application = login.startsWith("service-account-") || client.equals(subject);
    Object roles = claim(claims, config.claims().roles());
    Object names = claim(claims, config.claims().organizations());
    String organization = names instanceof Map<?, ?> map ? text(map.get(workspace)) : "";
    return Principal.of(
        workspace,
        organization.isEmpty() ? workspace : organization,
        subject,
        Stream.of(name, login, subject).filter(one -> !one.isEmpty()).findFirst().orElseThrow(),
        new Client(client, application, workspaces(claims)),
        words(roles instanceof Map<?, ?> map ? map.get(workspace) : roles),
        words(claims.getClaim("scope")));
  }

  private List<String> workspaces(JWTClaimsSet claims) {
    return words(claim(claims, config.claims().workspaces()));
  }

  /// A claim by its name, a dot leading into an object; null where there is none.
  private static @Nullable Object claim(JWTClaimsSet claims, String path) {
    Object value = claims.getClaims();
    for (String name : path.split("\\.")) {
      value = value instanceof Map<?, ?> object ? object.get(name) : null;
    }
    return value;
  }

  private static String text(@Nullable Object claim) {
    return claim instanceof String text ? text : "";
  }

  /// A claim that is a list, or words with spaces between them.
  private static List<String> words(@Nullable Object claim) {
    return switch (claim) {
      case String text -> List.of(text.strip().split("\\s+"));
      case List<?> items ->
          items.stream().filter(String.class::isInstance).map(String.class::cast).toList();
      case null, default -> List.of();
    };
  }

  private static String digest(String token) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }

  @Override
  public void close() throws IOException {
    keys.close();
  }
}
