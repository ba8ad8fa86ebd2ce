package io.cardloom.aggregator.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The page beside the protocol, without an identity provider that answers. What a person does on
/// it is tested in a browser, over a real one, in `local`.
class ConnectTest {
  private static TestEdge off;
  private static TestEdge on;

  @BeforeAll
  static void open() {
    off = new TestEdge();
    on =
        new TestEdge(
            new ConnectConfig("page", "a secret of the page", URI.create("http://127.0.0.1:1/x")));
  }

  @AfterAll
  static void close() {
    off.close();
    on.close();
  }

  private static HttpResponse<String> get(TestEdge edge, String path, String... headers) {
    var request = HttpRequest.newBuilder(edge.uri(path)).header("Accept-Language", "en");
    if (headers.length > 0) request.headers(headers);
    return edge.send(request.build());
  }

  @Test
  void withoutSettingsItSaysWhatThisIs() {
    var response = get(off, "/");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains(TestIssuer.PUBLIC_BASE + "/<i>workspace</i>/mcp")
        .contains("<code>connect.client-id</code>", "<code>connect.secret</code>")
        .doesNotContain("Sign in");
    assertThat(get(off, "/connect/sign-in").statusCode()).isEqualTo(404);
    assertThat(get(off, SignIn.BACK + "?code=x&state=y").statusCode()).isEqualTo(404);
  }

  @Test
  void aPageGoesOutWithEveryPrecaution() {
    var headers = get(on, "/").headers();
    assertThat(headers.firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy ->
            assertThat(policy)
                .startsWith("default-src 'none';")
                .contains("form-action 'self' https://issuer.test;", "frame-ancestors 'none'")
                .doesNotContain("unsafe"));
    assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(headers.firstValue("Referrer-Policy")).hasValue("same-origin");
    assertThat(headers.firstValue("Cache-Control")).hasValue("no-store");
    assertThat(headers.firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void theStyleIsThatOfThePagesPeopleSignInOn() {
    assertThat(get(on, "/connect/css/cardloom.css").body()).contains("--accent:", ".page.wide");
    assertThat(get(on, "/connect/img/cardloom.svg").headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("image/svg+xml"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nothing",
    "GET, /connect",
    "GET, /connect/",
    "GET, /oidc/logout",
    "GET, /oidc",
    "POST, /",
    "POST, /oidc/redirect",
    "PUT, /connect/revoke",
    "GET, /connect/revoke",
    "GET, /connect/words_en.properties",
    "GET, /connect/css/../words_en.properties"
  })
  void whatIsNobodysIsNothing(String method, String path) {
    for (var edge : new TestEdge[] {off, on}) {
      var response =
          edge.send(
              HttpRequest.newBuilder(edge.uri(path))
                  .method(method, BodyPublishers.noBody())
                  .build());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
      assertThat(response.body()).contains("\"not_found\"");
    }
  }

  @Test
  void theProtocolGoesOnBesideIt() {
    assertThat(on.result("acme", "whoami", "{}").get("isError").asBoolean()).isFalse();
    assertThat(get(on, "/acme/mcp").statusCode()).isEqualTo(405);
    assertThat(get(on, "/connect/mcp").statusCode())
        .as("a workspace may be called so")
        .isEqualTo(405);
    assertThat(get(on, "/.well-known/oauth-protected-resource/acme/mcp").statusCode())
        .isEqualTo(200);
    var withCookies =
        on.modern("acme", TestIssuer.admin("acme"), "tools/list", "")
            .header("Cookie", "cardloom-token=c3R1ZmY=; cardloom-tenant=c3R1ZmY=")
            .build();
    assertThat(on.send(withCookies).statusCode()).isEqualTo(200);
    var cookiesAlone =
        HttpRequest.newBuilder(on.uri("/acme/mcp"))
            .header("Cookie", "cardloom-token=" + TestIssuer.admin("acme"))
            .POST(BodyPublishers.ofString("{}"))
            .build();
    assertThat(on.send(cookiesAlone).statusCode()).isEqualTo(401);
  }

  @Test
  void signingInWithoutAProviderSaysSo() {
    var response = get(on, "/connect/sign-in");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("The identity provider does not answer.", "Try again");
    assertThat(get(on, "/").statusCode()).as("what is looked at for health").isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E",
        "?code=x&state=y",
        "?code=x",
        "?state=y",
        "?code=x&state=y&h_tenant=other&tenant=other",
        ""
      })
  void aReturnThatNobodyWaitsForIsNoDeadEnd(String query) {
    var response = get(on, SignIn.BACK + query, "Cookie", "cardloom-state=c3R1ZmY=");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("You are not signed in").doesNotContain("alert");
  }

  @Test
  void whatTheProviderDoesNotTakeIsNoDeadEnd() throws IOException {
    try (var provider = new RefusingProvider();
        var edge =
            new TestEdge(new ConnectConfig("page", "a secret of the page", provider.url()))) {
      var sent = get(edge, "/connect/sign-in");
      assertThat(sent.statusCode()).isEqualTo(307);
      assertThat(sent.headers().firstValue("Cache-Control")).hasValue("no-store");
      String address = sent.headers().firstValue("Location").orElseThrow();
      assertThat(address)
          .startsWith(TestIssuer.ISSUER + "/protocol/openid-connect/auth?client_id=page&")
          .contains("response_type=code", "scope=openid&", "&nonce=")
          .contains("redirect_uri=http%3A%2F%2F127.0.0.1%3A7070%2Foidc%2Fredirect");
      String cookie = sent.headers().firstValue("Set-Cookie").orElseThrow();
      assertThat(cookie).startsWith("cardloom-state=").contains("HttpOnly", "SameSite=Lax");
      cookie = cookie.substring(0, cookie.indexOf(';'));
      String state = address.substring(address.indexOf("&state=") + "&state=".length());

      var refused = get(edge, SignIn.BACK + "?code=x&state=" + state, "Cookie", cookie);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body())
          .contains("You are not signed in")
          .endsWith("</html>\n")
          .doesNotContain("authorization code");
      assertThat(refused.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
      assertThat(refused.headers().firstValue("Content-Security-Policy")).isPresent();
      assertThat(provider.asked()).isOne();

      for (String other :
          List.of(
              "?code=x&state=" + state + "x",
              "?code=x&state=&state=" + state,
              "?code=x&h_tenant=other&state=" + state)) {
        var response = get(edge, SignIn.BACK + other, "Cookie", cookie);
        assertThat(response.statusCode()).as(other).isEqualTo(200);
        assertThat(response.body()).contains("You are not signed in");
      }
      assertThat(provider.asked()).as("only for a state of this browser").isOne();
    }
  }

  /// Is there, and takes no code.
  private static final class RefusingProvider implements AutoCloseable {
    private final AtomicInteger asked = new AtomicInteger();
    private final HttpServer server;

    RefusingProvider() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/x/.well-known/", exchange -> answer(exchange, 200));
      server.createContext(
          "/x/protocol/openid-connect/token",
          exchange -> {
            asked.incrementAndGet();
            answer(exchange, 400);
          });
      server.start();
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
      try (exchange) {
        exchange.sendResponseHeaders(status, 2);
        exchange.getResponseBody().write(new byte[] {'{', '}'});
      }
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/x");
    }

    int asked() {
      return asked.get();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @Test
  void aFormOfAnotherSiteSignsNobodyOut() {
    for (String header : List.of("Origin: https://elsewhere.test", "Sec-Fetch-Site: cross-site")) {
      var parts = header.split(": ");
      var response =
          on.send(
              HttpRequest.newBuilder(on.uri("/connect/sign-out"))
                  .header(parts[0], parts[1])
                  .header("Cookie", "cardloom-token=c3R1ZmY=")
                  .POST(BodyPublishers.ofString("form=x"))
                  .build());
      assertThat(response.statusCode()).isEqualTo(303);
      assertThat(response.headers().allValues("Set-Cookie")).isEmpty();
    }
  }

  @Test
  void aFormOfNobodyDoesNothing() {
    var form = BodyPublishers.ofString("form=x&approval=y%zz");
    for (String path : new String[] {"/connect/revoke", "/connect/sign-out"}) {
      var response = on.send(HttpRequest.newBuilder(on.uri(path)).POST(form).build());
      assertThat(response.statusCode()).isEqualTo(path.endsWith("revoke") ? 401 : 303);
    }
  }

  @Test
  void aNetworkThatDoesNotStopIsHeldBack() {
    try (var edge =
        new TestEdge(
            new ConnectConfig(
                "page", "a secret of the page", URI.create("http://127.0.0.1:1/x")))) {
      int held = 0;
      for (int i = 0; i < 200; i++) if (get(edge, "/").statusCode() == 429) held++;
      assertThat(held).isPositive();
      assertThat(edge.result("acme", "whoami", "{}").get("isError").asBoolean()).isFalse();
    }
  }
}
