package io.cardloom.aggregator.connect;

import io.cardloom.aggregator.codec.JsonTree;
import io.cardloom.aggregator.identity.IdentityConfig;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.SetCookie;
import io.helidon.security.AuthenticationResponse;
import io.helidon.security.Security;
import io.helidon.security.SecurityEnvironment;
import io.helidon.security.SecurityResponse.SecurityStatus;
import io.helidon.security.jwt.Jwt;
import io.helidon.security.providers.common.TokenCredential;
import io.helidon.security.providers.oidc.OidcFeature;
import io.helidon.security.providers.oidc.OidcProvider;
import io.helidon.security.providers.oidc.common.OidcConfig;
import io.helidon.security.providers.oidc.common.OidcCookieHandler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who is at the browser, by Helidon's OpenID Connect: the code flow of a confidential client, and
/// tokens in encrypted cookies, so there is no session here and any instance serves anybody. It has
/// no PKCE; a code that was put into somebody's browser fails at the state and at the nonce of the
/// ID token, and one that was seen is of no use without the client's secret.
///
/// Every look at a token asks the provider (introspection). So a sign-out counts at once, also for
/// a cookie that somebody copied, and no key is kept that the provider may have changed.
final class SignIn {
  /// Where the provider sends people back to; registered there.
  static final String BACK = "/oidc/redirect";

  /// Added to the address by which people come back from the provider.
  static final String CAME_BACK = "back";

  private static final Logger log = LoggerFactory.getLogger(SignIn.class);
  private static final Duration PROVIDER_WAIT = Duration.ofSeconds(15);
  private static final String OPENID = "/protocol/openid-connect/";

  private final String clientId;
  private final String issuer;
  private final String publicBase;
  private final String root;
  private final OidcConfig oidc;
  private final Security security;
  private final SecretKeySpec formKey;

  /// Who it is.
  sealed interface Visitor {
    /// @param token for the provider, about this person
    /// @param session of the provider, the same until the person signs out
    /// @param cookies to set, where the token is a new one
    record SignedIn(String token, String subject, String session, List<String> cookies)
        implements Visitor {
      boolean isNew() {
        return !cookies.isEmpty();
      }
    }

    /// @param was whether the browser brought cookies of ours
    record Unknown(boolean was) implements Visitor {}
  }

  /// @param root path of the page, which begins every link; ends with a slash
  SignIn(ConnectConfig config, IdentityConfig identity, String root) {
    this.clientId = config.clientId();
    this.issuer = identity.issuer();
    this.publicBase = identity.publicBase();
    this.root = root;
    this.formKey = new SecretKeySpec(derived(config.secret(), "forms"), "HmacSHA256");
    this.oidc = oidc(config);
    this.security =
        Security.builder()
            .tracingEnabled(false)
            .addAuthenticationProvider(OidcProvider.create(oidc), "oidc")
            .build();
  }

  private OidcConfig oidc(ConnectConfig config) {
    String inside = config.provider() + OPENID;
    boolean https = publicBase.startsWith("https:");
    String names = https && root.equals("/") ? "__Host-cardloom-" : "cardloom-";
    char[] cookieKey =
        Base64.getEncoder().encodeToString(derived(config.secret(), "cookies")).toCharArray();
    return OidcConfig.builder()
        .clientId(clientId)
        .clientSecret(config.secret())
        .clientTimeout(PROVIDER_WAIT)
        .identityUri(config.provider())
        .oidcMetadataWellKnown(false)
        .issuer(issuer)
        .authorizationEndpointUri(URI.create(issuer + OPENID + "auth"))
        .logoutEndpointUri(URI.create(issuer + OPENID + "logout"))
        .tokenEndpointUri(URI.create(inside + "token"))
        .introspectEndpointUri(URI.create(inside + "token/introspect"))
        .validateJwtWithJwk(false)
        .audience(clientId)
        .checkAudience(true)
        .baseScopes("openid")
        .frontendUri(publicBase)
        .redirectUri(BACK)
        .redirectAttemptParam(CAME_BACK)
        .useHeader(false)
        .useParam(false)
        .useCookie(true)
        .cookieName(names + "token")
        .cookieNameIdToken(names + "id")
        .cookieNameRefreshToken(names + "refresh")
        .cookieTenantName(names + "tenant")
        .cookieNameState(names + "state")
        .cookiePath(root)
        .cookieSecure(https)
        .cookieHttpOnly(true)
        // Else it would be strict where both are on one host, and the state would not come back.
        .cookieSameSite(SetCookie.SameSite.LAX)
        .cookieEncryptionEnabled(true)
        .cookieEncryptionPassword(cookieKey)
        // People change networks, and on one machine both of its addresses are used.
        .accessTokenIpCheck(false)
        .logoutEnabled(false)
        .build();
  }

  /// The one route that is Helidon's: it takes the code and sets the cookies. What else it would
  /// register answers every path that is nobody's, so the caller registers its own answer to those
  /// before.
  void route(HttpRouting.Builder routing) {
    OidcFeature.create(oidc).setup(routing);
  }

  Visitor visitor(ServerRequest request) {
    if (!brings(request, oidc.tokenCookieHandler())) return new Visitor.Unknown(false);
    try {
      var response = authenticate(request);
      if (response.status() != SecurityStatus.SUCCESS) return new Visitor.Unknown(true);
      var credential =
          response.user().flatMap(one -> one.publicCredential(TokenCredential.class)).orElseThrow();
      var jwt = credential.getTokenInstance(Jwt.class).orElseThrow();
      return new Visitor.SignedIn(
          credential.token(),
          jwt.subject().orElseThrow(),
          jwt.payloadClaim("sid").map(Object::toString).orElse(""),
          response.responseHeaders().getOrDefault(HeaderNames.SET_COOKIE.defaultCase(), List.of()));
    } catch (RuntimeException unreadable) {
      // Cookies of another installation on the same host, or with another secret.
      log.debug("cookies that cannot be used", unreadable);
      return new Visitor.Unknown(true);
    }
  }

  /// Sends the browser to the provider, which sends it back to the page.
  void begin(ServerResponse response) {
    var sent = authenticate(Map.of(Security.HEADER_ORIG_URI, List.of(root)));
    sent.responseHeaders()
        .forEach((name, values) ->
            response.headers().add(HeaderValues.create(HeaderNames.create(name), values)));
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.status(sent.statusCode().orElseThrow()).send();
  }

  /// Whether the browser comes back with a code and the state it was sent off with. Not where it
  /// began anew in another tab, or somebody else began. A parameter that names one of several
  /// providers is refused: Helidon would keep a client for each name.
  boolean expected(ServerRequest request) {
    var query = request.query();
    if (!query.contains("code")
        || !query.contains("state")
        || query.contains(oidc.tenantParamName())) {
      return false;
    }
    byte[] given = query.get("state").getBytes(StandardCharsets.UTF_8);
    try {
      return cookie(request, oidc.stateCookieHandler())
          .map(cookie -> MessageDigest.isEqual(state(cookie), given))
          .orElse(false);
    } catch (RuntimeException unreadable) {
      return false;
    }
  }

  /// In the form Helidon keeps it.
  private static byte[] state(String cookie) {
    byte[] json = Base64.getDecoder().decode(cookie);
    return JsonTree.read(json, 0, json.length) instanceof Map<?, ?> kept
            && kept.get("state") instanceof String state
        ? state.getBytes(StandardCharsets.UTF_8)
        : new byte[0];
  }

  /// Removes the cookies; returns where the provider ends its session and sends people back.
  URI end(ServerRequest request, ServerResponse response) {
    String hint = "";
    try {
      hint =
          cookie(request, oidc.idTokenCookieHandler())
              .map(token -> "&id_token_hint=" + encoded(token))
              .orElse("");
    } catch (RuntimeException unreadable) {
      log.debug("an ID token that cannot be read", unreadable);
    }
    forget(response);
    return URI.create(
        issuer
            + OPENID
            + "logout?client_id="
            + encoded(clientId)
            + "&post_logout_redirect_uri="
            + encoded(publicBase + "/")
            + hint);
  }

  /// Removes the cookies.
  void forget(ServerResponse response) {
    Stream.of(
            oidc.tokenCookieHandler(),
            oidc.idTokenCookieHandler(),
            oidc.refreshTokenCookieHandler(),
            oidc.tenantCookieHandler())
        .forEach(handler -> response.headers().addCookie(handler.removeCookie().build()));
  }

  /// What a form of this session carries, so that no other page can send one.
  String formToken(Visitor.SignedIn visitor) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(formKey);
      byte[] tag =
          mac.doFinal(
              (visitor.subject() + "\n" + visitor.session()).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no HMAC-SHA256", missing);
    }
  }

  boolean sent(Visitor.SignedIn visitor, String formToken) {
    return MessageDigest.isEqual(
        formToken(visitor).getBytes(StandardCharsets.UTF_8),
        formToken.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean brings(ServerRequest request, OidcCookieHandler handler) {
    return request.headers().cookies().contains(handler.cookieName());
  }

  private Optional<String> cookie(ServerRequest request, OidcCookieHandler handler) {
    return request.headers().contains(HeaderNames.COOKIE)
        ? handler.findCookie(
            Map.of("Cookie", request.headers().get(HeaderNames.COOKIE).allValues()))
        : Optional.empty();
  }

  /// With the cookies of the access and the refresh token alone: the ID token ends with the first
  /// access token, and would end the visit with it.
  private AuthenticationResponse authenticate(ServerRequest request) {
    var taken =
        List.of(
            oidc.tokenCookieHandler().cookieName(), oidc.refreshTokenCookieHandler().cookieName());
    var cookies =
        request.headers().get(HeaderNames.COOKIE).allValues().stream()
            .flatMap(header -> Stream.of(header.split(";")))
            .map(String::strip)
            .filter(one -> taken.stream().anyMatch(name -> one.startsWith(name + "=")))
            .toList();
    return authenticate(Map.of("Cookie", cookies));
  }

  private AuthenticationResponse authenticate(Map<String, List<String>> headers) {
    var base = URI.create(publicBase + "/");
    var environment =
        SecurityEnvironment.builder()
            .method("GET")
            .transport(base.getScheme())
            .targetUri(base)
            .path(root)
            .headers(headers)
            .addAttribute("userIp", "")
            .build();
    return security
        .contextBuilder("connect")
        .env(environment)
        .build()
        .atnClientBuilder()
        .buildAndGet();
  }

  private static byte[] derived(String secret, String purpose) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(("cardloom connect " + purpose).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no HMAC-SHA256", missing);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
