package io.cardloom.bench.suite;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// What a consumer does with plain HTTP.
final class Visits implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final Duration WAIT = Duration.ofMinutes(1);

  String get(String url) {
    return sent(HttpRequest.newBuilder(URI.create(url)).timeout(WAIT).build());
  }

  String post(String url, String body) {
    return sent(
        HttpRequest.newBuilder(URI.create(url))
            .timeout(WAIT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private String sent(HttpRequest request) {
    try {
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(request.uri() + " answers " + answer.body());
      }
      return answer.body();
    } catch (IOException failure) {
      throw new IllegalStateException("no answer from " + request.uri(), failure);
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", failure);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
