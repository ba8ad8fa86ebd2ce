package io.cardloom.idp;

import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;

/// A person at a browser: cookies, redirects, forms. Stops at the first redirect that leaves
/// Keycloak.
final class Browser {
  private static final int REDIRECTS_MAX = 10;

  private final Map<String, String> cookies = new LinkedHashMap<>();
  private final String language;

  Browser() {
    this("en");
  }

  Browser(String language) {
    this.language = language;
  }

  /// What the browser shows, or where it left to.
  ///
  /// @param left empty while it stays
  record Page(int status, Document document, String left) {
    boolean hasLeft() {
      return !left.isEmpty();
    }

    String text() {
      return document.text();
    }

    /// What the elements say that a selector finds.
    String text(String selector) {
      return document.select(selector).text();
    }
  }

  Page open(String url) {
    return follow(Http.get(url), url);
  }

  /// Fills the page's form and sends it.
  ///
  /// @param fields instead of what the form has
  Page submit(Page page, String form, Map<String, List<String>> fields) {
    Element element = page.document().selectFirst(form);
    if (!(element instanceof FormElement found)) {
      throw new IllegalStateException("no form " + form + " in: " + page.document());
    }
    var pairs = new ArrayList<String>();
    found.formData().stream()
        .filter(pair -> !fields.containsKey(pair.key()))
        .forEach(pair -> pairs.add(Http.encode(pair.key()) + "=" + Http.encode(pair.value())));
    fields.forEach((name, values) ->
        values.forEach(value -> pairs.add(Http.encode(name) + "=" + Http.encode(value))));
    String action = found.absUrl("action");
    var request =
        HttpRequest.newBuilder(URI.create(action))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(String.join("&", pairs)));
    return follow(request, action);
  }

  private Page follow(HttpRequest.Builder first, String firstUrl) {
    HttpRequest.Builder request = first;
    String url = firstUrl;
    for (int i = 0; i < REDIRECTS_MAX; i++) {
      request.header("Accept-Language", language).header("Accept", "text/html");
      if (!cookies.isEmpty()) {
        request.header(
            "Cookie",
            cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; ")));
      }
      HttpResponse<String> response = Http.send(request);
      keep(response);
      if (response.statusCode() / 100 != 3) {
        return new Page(response.statusCode(), Jsoup.parse(response.body(), url), "");
      }
      String to =
          URI.create(url)
              .resolve(response.headers().firstValue("Location").orElseThrow())
              .toString();
      if (!to.startsWith(TestKeycloak.server().issuer())) {
        return new Page(response.statusCode(), new Document(to), to);
      }
      url = to;
      request = Http.get(to);
    }
    throw new IllegalStateException("more than " + REDIRECTS_MAX + " redirects from " + firstUrl);
  }

  /// Loopback counts as secure, so `Secure` cookies are sent there as browsers do.
  private void keep(HttpResponse<String> response) {
    for (String header : response.headers().allValues("Set-Cookie")) {
      for (HttpCookie cookie : HttpCookie.parse(header)) {
        if (cookie.getMaxAge() == 0) cookies.remove(cookie.getName());
        else cookies.put(cookie.getName(), cookie.getValue());
      }
    }
  }
}
