package io.cardloom.local.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Signs short-lived access tokens of the example people, of the shape an identity provider gives:
/// one workspace, one audience.
public final class PersonTokens {
  /// As long as an access token may live.
  public static final Duration LIFE_MAX = Duration.ofHours(1);

  public static final String ALL_SCOPES = "cardloom:read cardloom:write cardloom:publish";

  private final ECKey key;
  private final String issuer;
  private final String publicBase;
  private final Clock clock;

  private PersonTokens(ECKey key, String issuer, String publicBase, Clock clock) {
    this.key = key;
    this.issuer = issuer;
    this.publicBase = publicBase;
    this.clock = clock;
  }

  /// `publicBase` is the aggregator's URL without a path; a workspace's audience is
  /// `{publicBase}/{workspace}/mcp`.
  public static PersonTokens of(LocalKeys keys, String issuer, String publicBase, Clock clock) {
    return new PersonTokens(keys.people(), issuer, publicBase, clock);
  }

  public String sign(Person person, String workspace, Duration life) {
    if (life.compareTo(LIFE_MAX) > 0 || !life.isPositive()) {
      throw new IllegalArgumentException("a token lives up to " + LIFE_MAX + ", not " + life);
    }
    var now = clock.instant();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(List.of(publicBase + "/" + workspace + "/mcp"))
            .subject(person.subject())
            .claim("name", person.fullName())
            .claim("workspaces", List.of(workspace))
            .claim("workspace_roles", Map.of(workspace, person.roles()))
            .claim("scope", ALL_SCOPES)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(life)))
            .jwtID(UUID.randomUUID().toString())
            .build();
    var header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(new JOSEObjectType("at+jwt"))
            .keyID(key.getKeyID())
            .build();
    try {
      var token = new SignedJWT(header, claims);
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException failure) {
      throw new IllegalStateException("could not sign a token", failure);
    }
  }

  /// The public keys as a JWKS document.
  public String keySet() {
    return new JWKSet(key.toPublicJWK()).toString();
  }
}
