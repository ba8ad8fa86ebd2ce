package io.cardloom.local.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.cardloom.local.Refusal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-21T20:00:00Z");

  @Test
  void aTokenSaysWhoWhereAndForHowLong(@TempDir Path dir) throws Exception {
    var tokens = tokens(dir);
    var jwt = SignedJWT.parse(tokens.sign(Person.MILO, "demo", Duration.ofMinutes(10)));
    var claims = jwt.getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo("http://issuer");
    assertThat(claims.getAudience()).containsExactly("http://base/demo/mcp");
    assertThat(claims.getSubject()).isEqualTo("milo");
    assertThat(claims.getStringClaim("name")).isEqualTo("Milo Modeler");
    assertThat(claims.getStringListClaim("workspaces")).containsExactly("demo");
    assertThat(claims.getJSONObjectClaim("workspace_roles"))
        .isEqualTo(Map.of("demo", List.of("modeler")));
    assertThat(claims.getStringClaim("scope"))
        .isEqualTo("cardloom:read cardloom:write cardloom:publish");
    assertThat(claims.getExpirationTime().toInstant()).isEqualTo(NOW.plusSeconds(600));

    try (var server = KeySetServer.start(0, tokens.keySet());
        var http = HttpClient.newHttpClient()) {
      var served =
          http.send(
              HttpRequest.newBuilder(URI.create(server.url())).build(),
              HttpResponse.BodyHandlers.ofString());
      var key = JWKSet.parse(served.body()).getKeyByKeyId(jwt.getHeader().getKeyID());
      assertThat(key.isPrivate()).isFalse();
      assertThat(jwt.verify(new ECDSAVerifier(key.toECKey()))).isTrue();
    }
  }

  @Test
  void anHourIsTheMost(@TempDir Path dir) {
    var tokens = tokens(dir);
    assertThatThrownBy(() -> tokens.sign(Person.ANNA, "demo", Duration.ofMinutes(61)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tokens.sign(Person.ANNA, "demo", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keysAreMadeOnceAndSecret(@TempDir Path dir) throws Exception {
    var keySet = tokens(dir).keySet();
    assertThat(tokens(dir).keySet()).isEqualTo(keySet);
    var services = new LocalKeys(dir).services();
    var first = Files.readString(services.resolve("svc-cards.key"));
    assertThat(Files.readString(new LocalKeys(dir).services().resolve("svc-cards.key")))
        .isEqualTo(first);
    for (var secret : List.of(dir.resolve("people.jwk"), services.resolve("svc-cards.key"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void anUnknownPersonIsRefusedWithTheKnownOnes() {
    assertThat(Person.named("Anna")).isEqualTo(Person.ANNA);
    assertThatThrownBy(() -> Person.named("bob"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("anna (admin)")
        .hasMessageContaining("viggo (viewer)");
  }

  private static PersonTokens tokens(Path dir) {
    return PersonTokens.of(
        new LocalKeys(dir), "http://issuer", "http://base", Clock.fixed(NOW, ZoneOffset.UTC));
  }
}
