package io.cardloom.aggregator.connect;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The identity provider, asked with the token of the person who is signed in.
final class Provider implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Provider.class);
  private static final Duration CONNECT_WAIT = Duration.ofSeconds(2);
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(15);

  /// More than a hundred workspaces and approvals take.
  private static final int ANSWER_BYTES_MAX = 1 << 20;

  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_WAIT)
          .build();

  /// What asking comes to.
  sealed interface Answer {
    record Me(Person person) implements Answer {}

    /// The token is no longer good.
    record Ended() implements Answer {}

    record Away() implements Answer {}
  }

  /// @param base the issuer, as it is reached from here
  Provider(URI base) {
    this.base = base;
  }

  /// Whether it answers at all.
  boolean answers() {
    try {
      return send(get("/.well-known/openid-configuration")).statusCode() == 200;
    } catch (IOException away) {
      log.warn("the identity provider at {} does not answer: {}", base, away.toString());
      return false;
    }
  }

  Answer me(String token) {
    try {
      var response = send(get("/cardloom/me").header("Authorization", "Bearer " + token));
      return switch (response.statusCode()) {
        case 200 -> new Answer.Me(Person.of(response.body()));
        case 401, 403 -> new Answer.Ended();
        default -> away("answered " + response.statusCode());
      };
    } catch (IOException | RuntimeException unusable) {
      return away(unusable.toString());
    }
  }

  /// Takes an approval back; one that is gone already is as good. Whether the provider did it.
  boolean revoke(String token, String id) {
    String path = "/cardloom/me/approvals/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
    try {
      int status =
          send(HttpRequest.newBuilder(URI.create(base + path))
                  .DELETE()
                  .header("Authorization", "Bearer " + token))
              .statusCode();
      if (status == 204 || status == 404) return true;
      log.warn("the identity provider answered {} to a revocation", status);
    } catch (IOException away) {
      log.warn("the identity provider did not take a revocation: {}", away.toString());
    }
    return false;
  }

  private Answer.Away away(String why) {
    log.warn("the identity provider at {} told nothing of a person: {}", base, why);
    return new Answer.Away();
  }

  private HttpRequest.Builder get(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json");
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException {
    try {
      return http.send(
          request.timeout(ANSWER_WAIT).build(),
          BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopping);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
