package io.cardloom.aggregator.identity;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.Resource;
import java.io.Closeable;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;

/// The issuer's public keys: loaded on first use, renewed ahead of time, asked again for an unknown
/// key id but not more often than [#ASK_AGAIN_MS], and kept through an outage of the issuer.
final class SigningKeys implements Closeable {
  private static final long KEEP_MS = 15 * 60_000;
  private static final long LOAD_WAIT_MS = 10_000;
  private static final long ASK_AGAIN_MS = 10_000;
  private static final long OUTAGE_MS = 4 * 3_600_000;
  private static final int HTTP_WAIT_MS = 2_000;
  private static final int DOCUMENT_BYTES_MAX = 100_000;

  private final JWKSource<SecurityContext> source;
  private final Download download = new Download();

  SigningKeys(URI jwks) {
    try {
      source =
          JWKSourceBuilder.create(jwks.toURL(), download)
              .cache(KEEP_MS, LOAD_WAIT_MS)
              .refreshAheadCache(true)
              .rateLimited(ASK_AGAIN_MS)
              .outageTolerant(OUTAGE_MS)
              .build();
    } catch (MalformedURLException wrong) {
      throw new IllegalArgumentException("setting identity.jwks is no URL: " + jwks, wrong);
    }
  }

  JWKSource<SecurityContext> source() {
    return source;
  }

  /// Whether the keys have been loaded at least once.
  boolean known() {
    return download.done;
  }

  @Override
  public void close() throws IOException {
    if (source instanceof Closeable closeable) closeable.close();
  }

  private static final class Download extends DefaultResourceRetriever {
    private volatile boolean done;

    Download() {
      super(HTTP_WAIT_MS, HTTP_WAIT_MS, DOCUMENT_BYTES_MAX);
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
      Resource resource = super.retrieveResource(url);
      done = true;
      return resource;
    }
  }
}
