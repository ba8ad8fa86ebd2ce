package io.cardloom.kit.call;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of [Tls] as they are now: this service's certificate with its key, and whom it trusts.
final class TlsFiles {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);

  /// Larger than any chain of certificates.
  private static final int BYTES_MAX = 1 << 20;

  private final Tls.Files files;
  private final Clock clock;
  private final AdvancedTlsX509KeyManager own = new AdvancedTlsX509KeyManager();

  /// A server is asked for its name too, a client is not.
  private final AdvancedTlsX509TrustManager servers =
      trust(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION);

  private final AdvancedTlsX509TrustManager clients =
      trust(Verification.CERTIFICATE_ONLY_VERIFICATION);

  private Contents seen;

  /// What the files hold, byte for byte: times of files are too coarse, and stay the same where a
  /// folder is swapped as a whole.
  private record Contents(byte[] certificate, byte[] key, byte[] trust) {
    static Contents of(Tls.Files files) {
      return new Contents(
          read("tls.certificate", files.certificate()),
          read("tls.key", files.key()),
          read("tls.trust", files.trust()));
    }

    boolean same(Contents other) {
      return Arrays.equals(certificate, other.certificate)
          && Arrays.equals(key, other.key)
          && Arrays.equals(trust, other.trust);
    }
  }

  /// @throws IllegalArgumentException when the files cannot be used
  TlsFiles(Tls.Files files, Clock clock) {
    this.files = files;
    this.clock = clock;
    this.seen = Contents.of(files);
    use(seen);
  }

  AdvancedTlsX509KeyManager own() {
    return own;
  }

  AdvancedTlsX509TrustManager servers() {
    return servers;
  }

  AdvancedTlsX509TrustManager clients() {
    return clients;
  }

  /// Uses what has changed. What cannot be used is told once, and all stays as it was.
  void look() {
    try {
      Contents now = Contents.of(files);
      if (now.same(seen)) return;
      seen = now;
      use(now);
    } catch (RuntimeException unusable) {
      log.error("TLS stays as it was: {}", unusable.getMessage());
    }
  }

  private void use(Contents contents) {
    X509Certificate[] chain =
        certificates("tls.certificate", files.certificate(), contents.certificate());
    X509Certificate[] trusted = certificates("tls.trust", files.trust(), contents.trust());
    PrivateKey key = key(contents.key());
    if (!belongs(key, chain[0])) {
      throw wrong("tls.key", files.key(), "is not the key of the certificate in tls.certificate");
    }
    try {
      own.updateIdentityCredentials(chain, key);
      servers.updateTrustCredentials(trusted);
      clients.updateTrustCredentials(trusted);
    } catch (IOException | GeneralSecurityException failure) {
      throw wrong("tls.trust", files.trust(), "cannot be used: " + failure.getMessage());
    }
    Instant end = chain[0].getNotAfter().toInstant();
    String name = chain[0].getSubjectX500Principal().getName();
    if (end.isBefore(clock.instant())) {
      log.error("TLS: the certificate of {} has expired on {}; nobody will take it", name, end);
    } else {
      log.info("TLS: the certificate of {}, good until {}", name, end);
    }
  }

  private static byte[] read(String setting, Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) throw wrong(setting, file, "is too large");
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw wrong(setting, file, "cannot be read (" + unreadable.getClass().getSimpleName() + ")");
    }
  }

  private static X509Certificate[] certificates(String setting, Path file, byte[] pem) {
    try {
      var certificates = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem));
      if (certificates.length > 0) return certificates;
    } catch (CertificateException notOne) {
      log.debug("{} of {}", file, setting, notOne);
    }
    throw wrong(setting, file, "holds no certificate in PEM (BEGIN CERTIFICATE)");
  }

  private PrivateKey key(byte[] pem) {
    if (new String(pem, StandardCharsets.ISO_8859_1).contains("-----BEGIN PRIVATE KEY-----")) {
      try {
        return CertificateUtils.getPrivateKey(new ByteArrayInputStream(pem));
      } catch (IOException | GeneralSecurityException | IllegalArgumentException notOne) {
        log.debug("{} of tls.key: {}", files.key(), notOne.getClass().getName());
      }
    }
    throw wrong("tls.key", files.key(), "holds no RSA or EC key in PKCS#8 (BEGIN PRIVATE KEY)");
  }

  /// Whether what the one signs the other verifies.
  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    byte[] text = {1, 2, 3};
    try {
      var signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      var verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certificate.getPublicKey());
      verifying.update(text);
      return verifying.verify(signing.sign());
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  private static AdvancedTlsX509TrustManager trust(Verification verification) {
    try {
      return AdvancedTlsX509TrustManager.newBuilder().setVerification(verification).build();
    } catch (CertificateException failure) {
      throw new IllegalStateException("this JDK cannot verify certificates", failure);
    }
  }

  private static IllegalArgumentException wrong(String setting, Path file, String how) {
    return new IllegalArgumentException("setting " + setting + ": " + file + " " + how);
  }
}
