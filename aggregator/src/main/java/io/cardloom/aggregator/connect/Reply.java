package io.cardloom.aggregator.connect;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// How pages go out: with nothing from elsewhere, into no frame, kept by nobody.
final class Reply {
  private static final HeaderName POLICY = HeaderNames.create("Content-Security-Policy");
  private static final HeaderName SNIFFING = HeaderNames.create("X-Content-Type-Options");
  private static final HeaderName REFERRER = HeaderNames.create("Referrer-Policy");
  private static final HeaderName OPENER = HeaderNames.create("Cross-Origin-Opener-Policy");

  private final String policy;

  /// @param issuer of people who sign in; the answer to the form that signs out leads there
  Reply(Optional<String> issuer) {
    this.policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'"
            + issuer.map(url -> " " + origin(url)).orElse("")
            + "; base-uri 'none'; frame-ancestors 'none'";
  }

  /// Scheme, host and port.
  static String origin(String url) {
    var uri = URI.create(url);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  void page(ServerResponse response, Status status, Html page) {
    asPage(response);
    response.status(status).send(bytes(page));
  }

  /// Whoever answers after this sends people on; or fails, and then the page goes out instead of
  /// what it says about that.
  void pageOverFailure(ServerResponse response, Html page) {
    asPage(response);
    response.streamFilter(out ->
        response.status().family() == Status.Family.REDIRECTION
            ? out
            : new InsteadStream(out, bytes(page)));
  }

  /// Drops what is written, and writes something else when it ends.
  private static final class InsteadStream extends FilterOutputStream {
    private final byte[] instead;
    private boolean closed;

    InsteadStream(OutputStream out, byte[] instead) {
      super(out);
      this.instead = instead;
    }

    @Override
    public void write(int dropped) {}

    @Override
    public void write(byte[] dropped, int from, int length) {}

    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
      if (closed) return;
      closed = true;
      out.write(instead);
      out.close();
    }
  }

  private void asPage(ServerResponse response) {
    secured(response);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.header(HeaderNames.VARY, "Accept-Language, Cookie");
    response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
  }

  private static byte[] bytes(Html page) {
    return page.markup().getBytes(StandardCharsets.UTF_8);
  }

  void file(ServerResponse response, String type, byte[] content) {
    secured(response);
    response.header(HeaderNames.CACHE_CONTROL, "public, max-age=3600");
    response.header(HeaderNames.CONTENT_TYPE, type + "; charset=utf-8");
    response.send(content);
  }

  /// After a form: the browser asks for the other page, and going back repeats nothing.
  void to(ServerResponse response, String address) {
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.header(HeaderNames.LOCATION, address);
    response.status(Status.SEE_OTHER_303).send();
  }

  /// Besides those that are set already.
  static void cookie(ServerResponse response, String cookie) {
    response.headers().add(HeaderValues.create(HeaderNames.SET_COOKIE, cookie));
  }

  private void secured(ServerResponse response) {
    response.header(POLICY, policy);
    response.header(SNIFFING, "nosniff");
    // With none at all, browsers leave the origin out of the page's own forms.
    response.header(REFERRER, "same-origin");
    response.header(OPENER, "same-origin");
  }
}
