package io.cardloom.local.identity;

import io.cardloom.local.Refusal;
import java.io.IOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.FormElement;

/// The pages of an identity provider as a browser without scripts sees them: cookies, redirects and
/// forms. Stops at the first redirect that leaves the provider.
final class Pages implements AutoCloseable {
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(60);
  private static final int REDIRECTS_MAX = 10;

  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(ANSWER_WAIT)
          .build();
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private final String provider;

  /// @param provider begins every URL that is followed
  Pages(String provider) {
    this.provider = provider;
  }

  /// What is shown.
  ///
  /// @param left where a redirect left to; empty while it stays
  record Page(Document document, String left) {
    boolean has(String selector) {
      return document.selectFirst(selector) != null;
    }

    String text(String selector) {
      return document.select(selector).text();
    }
  }

  Page open(String url) {
    return follow(HttpRequest.newBuilder(URI.create(url)), url);
  }

  /// Sends a form of the page, with `fields` instead of what it has there.
  Page submit(Page page, String form, Map<String, List<String>> fields) {
    if (!(page.document().selectFirst(form) instanceof FormElement found)) {
      throw new Refusal("The sign-in page has no form " + form + ": " + page.document().text());
    }
    var pairs = new ArrayList<String>();
    found.formData().stream()
        .filter(pair -> !fields.containsKey(pair.key()))
        .forEach(pair -> pairs.add(pair(pair.key(), pair.value())));
    fields.forEach((name, values) -> values.forEach(value -> pairs.add(pair(name, value))));
    var action = found.absUrl("action");
    return follow(
        HttpRequest.newBuilder(URI.create(action))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(String.join("&", pairs))),
        action);
  }

  /// The answer to a form that no page has.
  HttpResponse<String> post(String url, Map<String, String> fields) {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form(fields))));
  }

  static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> pair(field.getKey(), field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String pair(String name, String value) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private Page follow(HttpRequest.Builder first, String firstUrl) {
    var request = first;
    var url = firstUrl;
    for (int i = 0; i < REDIRECTS_MAX; i++) {
      request.header("Accept", "text/html").header("Accept-Language", "en");
      if (!cookies.isEmpty()) {
        request.header(
            "Cookie",
            cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; ")));
      }
      var response = send(request);
      keep(response);
      if (response.statusCode() / 100 != 3) {
        return new Page(Jsoup.parse(response.body(), url), "");
      }
      var to = response.headers().firstValue("Location").orElse("");
      url = URI.create(url).resolve(to).toString();
      if (!url.startsWith(provider)) {
        return new Page(new Document(url), url);
      }
      request = HttpRequest.newBuilder(URI.create(url));
    }
    throw new Refusal("More than " + REDIRECTS_MAX + " redirects from " + firstUrl + ".");
  }

  /// Loopback counts as secure, so `Secure` cookies are sent there as browsers do.
  private void keep(HttpResponse<String> response) {
    for (var header : response.headers().allValues("Set-Cookie")) {
      for (var cookie : HttpCookie.parse(header)) {
        if (cookie.getMaxAge() == 0) {
          cookies.remove(cookie.getName());
        } else {
          cookies.put(cookie.getName(), cookie.getValue());
        }
      }
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(ANSWER_WAIT).build(), BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new Refusal(
          "The identity provider does not answer at " + provider + ". Start it with ./cardloom up.",
          failure);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal("Interrupted.");
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
