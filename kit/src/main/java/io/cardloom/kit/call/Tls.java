package io.cardloom.kit.call;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How the calls of a service are secured: by TLS in both directions, or not at all.
///
/// With TLS a server takes only clients whose certificate is signed by the trust, and a client only
/// a server whose certificate is, and names the service that is called (`svc-cards`) among its DNS
/// names: whose certificate it is counts, not the address it stands at.
///
/// The files are looked at every few seconds, so what is new holds for new connections without a
/// restart, and since connections live for a minute, soon for all. What cannot be used is told in
/// the log, and the last good one stays.
public final class Tls implements AutoCloseable {
  /// Nothing is secured.
  public static final Tls NONE = new Tls(null, null);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final @Nullable TlsFiles files;
  private final @Nullable ScheduledExecutorService looking;

  /// Where the certificate is, its key, and the authorities that sign those of the others: PEM, the
  /// certificate followed by those between it and its authority, the key in PKCS#8.
  public record Files(Path certificate, Path key, Path trust) {}

  private Tls(@Nullable TlsFiles files, @Nullable ScheduledExecutorService looking) {
    this.files = files;
    this.looking = looking;
  }

  /// Reads the files, and again when they change; without files [#NONE].
  ///
  /// @throws IllegalArgumentException when they cannot be used, with the sentence that says why
  public static Tls open(Optional<Files> files) {
    return files.isEmpty() ? NONE : open(files.get(), LOOK_EVERY);
  }

  static Tls open(Files files, Duration lookEvery) {
    var held = new TlsFiles(files, Clock.systemUTC());
    var looking =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("tls-files").daemon().factory());
    long pause = lookEvery.toMillis();
    var _ = looking.scheduleWithFixedDelay(held::look, pause, pause, TimeUnit.MILLISECONDS);
    return new Tls(held, looking);
  }

  boolean secured() {
    return files != null;
  }

  ServerCredentials server() {
    if (files == null) return InsecureServerCredentials.create();
    return TlsServerCredentials.newBuilder()
        .keyManager(files.own())
        .trustManager(files.clients())
        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
        .build();
  }

  ChannelCredentials client() {
    if (files == null) return InsecureChannelCredentials.create();
    return TlsChannelCredentials.newBuilder()
        .keyManager(files.own())
        .trustManager(files.servers())
        .build();
  }

  @Override
  public void close() {
    if (looking != null) looking.shutdownNow();
  }
}
