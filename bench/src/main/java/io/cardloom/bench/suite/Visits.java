package io.cardloom.bench.suite;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// HTTP with as little around it as there is, on the thread that asks: a client with threads of its
/// own would be measured too, and takes of the same processors.
final class Visits {
  private static final int WAIT_MS = 60_000;

  /// Connections kept between requests, more than any part has clients.
  private static final String KEPT = "64";

  static {
    // The JDK reads both once. Nothing that failed is asked again unseen.
    System.setProperty("http.maxConnections", KEPT);
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private Visits() {}

  static String get(String url) {
    return sent(url, Map.of(), null);
  }

  static String post(String url, String body) {
    return post(url, Map.of("Content-Type", "application/json"), body);
  }

  static String post(String url, Map<String, String> headers, String body) {
    return sent(url, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String sent(String url, Map<String, String> headers, byte @Nullable [] body) {
    try {
      var visit = (HttpURLConnection) URI.create(url).toURL().openConnection();
      visit.setConnectTimeout(WAIT_MS);
      visit.setReadTimeout(WAIT_MS);
      headers.forEach(visit::setRequestProperty);
      if (body != null) {
        visit.setDoOutput(true);
        visit.getOutputStream().write(body);
      }
      int status = visit.getResponseCode();
      try (var in = status < 400 ? visit.getInputStream() : visit.getErrorStream()) {
        var answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (status != 200) throw new IllegalStateException(url + " answers " + answer);
        return answer;
      }
    } catch (IOException failure) {
      throw new IllegalStateException("no answer from " + url, failure);
    }
  }
}
