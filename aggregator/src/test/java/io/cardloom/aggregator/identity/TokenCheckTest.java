package io.cardloom.aggregator.identity;

import static io.cardloom.aggregator.testing.TestIssuer.claims;
import static io.cardloom.aggregator.testing.TestIssuer.rs256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jwt.JWTClaimsSet;
import io.cardloom.aggregator.testing.TestIssuer;
import io.cardloom.proto.Permission;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenCheckTest {
  private static final String READ = "cardloom:read";
  private static TestIssuer issuer;
  private static TokenCheck check;

  @BeforeAll
  static void open() {
    issuer = new TestIssuer();
    check = new TokenCheck(issuer.config(), Clock.systemUTC());
  }

  @AfterAll
  static void close() throws IOException {
    check.close();
    issuer.close();
  }

  @Test
  void aGoodTokenTellsWhoCalls() {
    var verdict = check.check(List.of("Bearer " + TestIssuer.admin("acme")), "acme");
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Verified.class,
            verified -> {
              var principal = verified.principal();
              assertThat(principal.workspace()).isEqualTo("acme");
              assertThat(principal.subject()).isEqualTo("alice");
              assertThat(principal.name()).isEqualTo("Alice Example");
              assertThat(principal.permissions())
                  .contains(Permission.ADMIN)
                  .doesNotContain(Permission.SERVICE);
            });
  }

  static Stream<Arguments> accepted() {
    var good = claims("acme", List.of("viewer"), READ);
    return Stream.of(
        arguments("RS256", rs256(good.build())),
        arguments("ES256", TestIssuer.es256(good.build())),
        arguments("typ at+jwt", TestIssuer.typed("at+jwt", good.build())),
        arguments("expired within the skew", rs256(endingIn(-20).build())),
        arguments(
            "valid within the skew",
            rs256(claims("acme", List.of("viewer"), READ).notBeforeTime(in(20)).build())),
        arguments(
            "several workspaces",
            rs256(
                claims("acme", List.of("viewer"), READ)
                    .claim("workspaces", List.of("beta", "acme"))
                    .build())),
        arguments(
            "workspaces as words",
            rs256(
                claims("acme", List.of("viewer"), READ).claim("workspaces", "beta acme").build())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void accepted(String what, String token) {
    assertThat(check.check(List.of("Bearer " + token), "acme"))
        .isInstanceOf(Verdict.Verified.class);
  }

  static Stream<Arguments> refused() {
    JWTClaimsSet good = claims("acme", List.of("admin"), READ).build();
    return Stream.of(
        arguments("forged", TestIssuer.forged(good)),
        arguments("tampered", tampered(rs256(good))),
        arguments("alg none", TestIssuer.unsigned(good)),
        arguments("HS256 with the public key", TestIssuer.hs256WithPublicKey(good)),
        arguments(
            "without an end",
            rs256(claims("acme", List.of("admin"), READ).expirationTime(null).build())),
        arguments(
            "not valid yet",
            rs256(claims("acme", List.of("admin"), READ).notBeforeTime(in(60)).build())),
        arguments(
            "wrong issuer",
            rs256(claims("acme", List.of("admin"), READ).issuer("https://other.test").build())),
        arguments(
            "issuer with a slash",
            rs256(claims("acme", List.of("admin"), READ).issuer(TestIssuer.ISSUER + "/").build())),
        arguments(
            "no audience",
            rs256(claims("acme", List.of("admin"), READ).audience((String) null).build())),
        arguments("wrong audience", rs256(audience("https://elsewhere.test/acme/mcp"))),
        arguments("audience with a slash", rs256(audience(TestIssuer.PUBLIC_BASE + "/acme/mcp/"))),
        arguments("audience of the base", rs256(audience(TestIssuer.PUBLIC_BASE))),
        arguments(
            "audience fits, workspace does not",
            rs256(
                claims("acme", List.of("admin"), READ)
                    .claim("workspaces", List.of("beta"))
                    .build())),
        arguments(
            "audience fits, no workspace",
            rs256(claims("acme", List.of("admin"), READ).claim("workspaces", null).build())),
        arguments("foreign workspace", rs256(claims("beta", List.of("admin"), READ).build())),
        arguments(
            "no subject", rs256(claims("acme", List.of("admin"), READ).subject(null).build())),
        arguments(
            "ID token", rs256(claims("acme", List.of("admin"), READ).claim("typ", "ID").build())),
        arguments(
            "bound to a key",
            rs256(claims("acme", List.of("admin"), READ).claim("cnf", Map.of("jkt", "x")).build())),
        arguments("logout token", TestIssuer.typed("logout+jwt", good)),
        arguments("no JWT", "abc"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refused(String what, String token) {
    assertThat(check.check(List.of("Bearer " + token), "acme")).isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void nothingOrAnotherSchemeIsMissing() {
    assertThat(check.check(List.of(), "acme")).isEqualTo(new Verdict.Missing());
    assertThat(check.check(List.of("Basic YTpi"), "acme")).isEqualTo(new Verdict.Missing());
    assertThat(check.check(List.of("Bearer "), "acme")).isEqualTo(new Verdict.Missing());
  }

  @Test
  void twoHeadersAreRefused() {
    String good = "Bearer " + TestIssuer.admin("acme");
    assertThat(check.check(List.of(good, good), "acme")).isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void aTokenCheckedForOneWorkspaceIsNotTakenForAnother() {
    String token = "Bearer " + TestIssuer.admin("acme");
    assertThat(check.check(List.of(token), "acme")).isInstanceOf(Verdict.Verified.class);
    assertThat(check.check(List.of(token), "beta")).isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void aRememberedTokenEndsOnTime() throws IOException {
    var clock = new Shifting();
    try (var own = new TokenCheck(issuer.config(), clock)) {
      String token = "Bearer " + rs256(endingIn(60).build());
      assertThat(own.check(List.of(token), "acme")).isInstanceOf(Verdict.Verified.class);
      clock.shift = Duration.ofSeconds(100);
      assertThat(own.check(List.of(token), "acme")).isEqualTo(new Verdict.Ended());
    }
  }

  @Test
  void aTokenThatIsOverIsNotRefusedForAnythingElse() {
    String ended = rs256(endingIn(-40).build());
    assertThat(check.check(List.of("Bearer " + ended), "acme")).isEqualTo(new Verdict.Ended());
    assertThat(check.check(List.of("Bearer " + tampered(ended)), "acme"))
        .isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void onlyAGoodSignatureTellsWhoWasRefused() {
    var foreign = claims("beta", List.of("admin"), READ).build();
    assertThat(check.check(List.of("Bearer " + rs256(foreign)), "acme"))
        .isEqualTo(new Verdict.Refused("the token is not for this resource", "alice", "agent"));
    assertThat(check.check(List.of("Bearer " + TestIssuer.forged(foreign)), "acme"))
        .isInstanceOfSatisfying(
            Verdict.Refused.class, refused -> assertThat(refused.subject()).isEmpty());
  }

  @Test
  void claimsOfAnotherProviderAreFoundByConfiguration() throws IOException {
    var usual = issuer.config();
    var claims = new IdentityConfig.Claims("ext.tenants", "realm_access.roles", "ext.names");
    var config = new IdentityConfig(usual.publicBase(), usual.issuer(), usual.jwks(), claims);
    try (var own = new TokenCheck(config, Clock.systemUTC())) {
      String token =
          rs256(
              claims("acme", List.of(), READ)
                  .claim("workspaces", null)
                  .claim("workspace_roles", null)
                  .claim("name", null)
                  .claim("azp", null)
                  .claim("client_id", "alice")
                  .claim(
                      "ext",
                      Map.of("tenants", List.of("acme"), "names", Map.of("acme", "Acme Ltd")))
                  .claim("realm_access", Map.of("roles", List.of("editor")))
                  .build());
      var verdict = (Verdict.Verified) own.check(List.of("Bearer " + token), "acme");
      var principal = verdict.principal();
      assertThat(principal.roles()).containsExactly("editor");
      assertThat(principal.organization()).isEqualTo("Acme Ltd");
      assertThat(principal.name()).isEqualTo("alice");
      assertThat(principal.client()).isEqualTo(new Client("alice", true, List.of("acme")));
      assertThat(own.check(List.of("Bearer " + TestIssuer.admin("acme")), "acme"))
          .isInstanceOf(Verdict.Refused.class);
    }
  }

  @Test
  void aNewKeyIsFetchedAndUnknownOnesDoNotFloodTheIssuer() throws IOException {
    try (var other = new TestIssuer();
        var own = new TokenCheck(other.config(), Clock.systemUTC())) {
      assertThat(own.check(List.of("Bearer " + TestIssuer.admin("acme")), "acme"))
          .isInstanceOf(Verdict.Verified.class);
      var rotated = other.rotate("rsa-2");
      String token = TestIssuer.sign(rotated, claims("acme", List.of("admin"), READ).build());
      assertThat(own.check(List.of("Bearer " + token), "acme"))
          .isInstanceOf(Verdict.Verified.class);
      var unknown = new TestIssuer().rotate("rsa-3");
      String strange = TestIssuer.sign(unknown, claims("acme", List.of("admin"), READ).build());
      for (int i = 0; i < 50; i++) {
        assertThat(own.check(List.of("Bearer " + strange), "acme"))
            .isInstanceOf(Verdict.Refused.class);
      }
      assertThat(other.timesAsked()).isLessThan(5);
    }
  }

  @Test
  void knownKeysStayGoodWhileTheIssuerIsDown() throws IOException {
    try (var other = new TestIssuer();
        var own = new TokenCheck(other.config(), Clock.systemUTC())) {
      assertThat(own.check(List.of("Bearer " + TestIssuer.admin("acme")), "acme"))
          .isInstanceOf(Verdict.Verified.class);
      other.goDown();
      var another = rs256(claims("acme", List.of("viewer"), READ).build());
      assertThat(own.check(List.of("Bearer " + another), "acme"))
          .isInstanceOf(Verdict.Verified.class);
    }
  }

  @Test
  void beforeTheKeysAreKnownNothingIsRefusedForGood() throws IOException {
    try (var other = new TestIssuer();
        var own = new TokenCheck(other.config(), Clock.systemUTC())) {
      other.goDown();
      assertThat(own.check(List.of("Bearer " + TestIssuer.admin("acme")), "acme"))
          .isInstanceOf(Verdict.Unready.class);
    }
  }

  static Stream<Arguments> rights() {
    return Stream.of(
        arguments(
            "viewer",
            READ,
            Set.of(Permission.MEMBER, Permission.CONFIG_READ, Permission.DATA_READ)),
        arguments("viewer", "cardloom:write cardloom:publish", Set.of()),
        arguments("editor", "cardloom:write", Set.of(Permission.DATA_WRITE)),
        arguments(
            "modeler", "cardloom:write", Set.of(Permission.DATA_WRITE, Permission.CONFIG_WRITE)),
        arguments("publisher", "cardloom:publish cardloom:write", Set.of(Permission.PUBLISH)),
        arguments(
            "admin",
            "cardloom:write",
            Set.of(Permission.DATA_WRITE, Permission.CONFIG_WRITE, Permission.ADMIN)),
        arguments("admin", "openid", Set.of()),
        arguments("nobody", "cardloom:read cardloom:write", Set.of()));
  }

  @ParameterizedTest(name = "{0} with {1}")
  @MethodSource
  void rights(String role, String scope, Set<Permission> expected) {
    var principal =
        Principal.of(
            "acme",
            "Acme",
            "alice",
            "Alice",
            new Client("agent", false, List.of("acme")),
            List.of(role),
            List.of(scope.split(" ")));
    assertThat(principal.permissions()).isEqualTo(expected);
  }

  @Test
  void noRoleIsAServiceOrTheOperator() {
    var words = Stream.of(Role.values()).map(Role::word).toList();
    assertThat(Role.permissions(words))
        .isEqualTo(
            EnumSet.complementOf(
                EnumSet.of(
                    Permission.SERVICE,
                    Permission.OPERATOR,
                    Permission.PERMISSION_UNSPECIFIED,
                    Permission.UNRECOGNIZED)));
  }

  @Test
  void aChallengeNamesWhatIsHeldAndWhatIsMissing() {
    assertThat(Scope.enough(Permission.PUBLISH, List.of("openid", READ)))
        .isEqualTo("cardloom:read cardloom:publish");
  }

  private static JWTClaimsSet audience(String audience) {
    return claims("acme", List.of("admin"), READ).audience(audience).build();
  }

  private static JWTClaimsSet.Builder endingIn(long seconds) {
    return claims("acme", List.of("viewer"), READ).expirationTime(in(seconds));
  }

  private static Date in(long seconds) {
    return Date.from(Instant.now().plusSeconds(seconds));
  }

  /// Another payload under the same signature.
  private static String tampered(String token) {
    String[] parts = token.split("\\.");
    String other =
        TestIssuer.forged(claims("acme", List.of("admin"), "cardloom:publish").build())
            .split("\\.")[1];
    return parts[0] + "." + other + "." + parts[2];
  }

  private static final class Shifting extends Clock {
    private volatile Duration shift = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(shift);
    }

    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }
}
