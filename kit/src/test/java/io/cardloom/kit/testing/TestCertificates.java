package io.cardloom.kit.testing;

import io.cardloom.kit.call.Tls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/// An authority of its own, and certificates that it signs, written as the files of [Tls]. The JDK
/// can read certificates and not write them, so their few structures are put together here.
public final class TestCertificates {
  private static final Duration YEAR = Duration.ofDays(365);
  private static final AtomicLong SERIAL = new AtomicLong(1);

  private static final byte[] ECDSA_SHA256 = sequence(oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2));
  private static final byte[] COMMON_NAME = oid(0x55, 4, 3);
  private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1D, 0x13);
  private static final byte[] ALTERNATIVE_NAMES = oid(0x55, 0x1D, 0x11);
  private static final byte[] TRUE = {1, 1, (byte) 0xFF};

  private final KeyPair pair = pair();
  private final String name;
  private final String certificate;

  /// A new authority that nobody knows yet.
  public TestCertificates(String name) {
    this.name = name;
    Instant now = Instant.now();
    byte[] authority = sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE)));
    this.certificate = signed(name, pair, now.minusSeconds(60), now.plus(YEAR), authority);
  }

  /// Files in `folder` with a certificate for this service, trusting this authority alone.
  public Tls.Files write(Path folder, String service) {
    Instant now = Instant.now();
    return write(folder, service, now.minusSeconds(60), now.plus(YEAR), certificate);
  }

  /// Files with a certificate that is over since an hour.
  public Tls.Files writeExpired(Path folder, String service) {
    Instant end = Instant.now().minus(Duration.ofHours(1));
    return write(folder, service, end.minus(YEAR), end, certificate);
  }

  /// Files with a certificate of this authority, trusting another.
  public Tls.Files writeTrusting(Path folder, String service, TestCertificates other) {
    Instant now = Instant.now();
    return write(folder, service, now.minusSeconds(60), now.plus(YEAR), other.certificate);
  }

  private Tls.Files write(Path folder, String service, Instant from, Instant to, String trust) {
    var own = pair();
    byte[] names = sequence(ALTERNATIVE_NAMES, octets(sequence(tlv(0x82, ascii(service)))));
    var files =
        new Tls.Files(
            folder.resolve("certificate.pem"),
            folder.resolve("key.pem"),
            folder.resolve("trust.pem"));
    try {
      Files.createDirectories(folder);
      Files.writeString(files.certificate(), signed(service, own, from, to, names));
      Files.writeString(files.key(), pem("PRIVATE KEY", own.getPrivate().getEncoded()));
      Files.writeString(files.trust(), trust);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return files;
  }

  /// A certificate in PEM: version 3, signed by this authority.
  private String signed(String subject, KeyPair own, Instant from, Instant to, byte[] extension) {
    byte[] body =
        sequence(
            tlv(0xA0, integer(2)),
            integer(SERIAL.incrementAndGet()),
            ECDSA_SHA256,
            distinguished(name),
            sequence(time(from), time(to)),
            distinguished(subject),
            own.getPublic().getEncoded(),
            tlv(0xA3, sequence(extension)));
    try {
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(body);
      byte[] bits = join(new byte[] {0}, signature.sign());
      return pem("CERTIFICATE", sequence(body, ECDSA_SHA256, tlv(3, bits)));
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static KeyPair pair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String pem(String kind, byte[] der) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
  }

  private static byte[] distinguished(String name) {
    return sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0C, ascii(name)))));
  }

  private static byte[] time(Instant instant) {
    var format = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    return tlv(0x18, ascii(format.format(instant)));
  }

  private static byte[] integer(long value) {
    return tlv(2, BigInteger.valueOf(value).toByteArray());
  }

  private static byte[] oid(int... bytes) {
    var content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) content[i] = (byte) bytes[i];
    return tlv(6, content);
  }

  private static byte[] octets(byte[] content) {
    return tlv(4, content);
  }

  private static byte[] sequence(byte[]... parts) {
    return tlv(0x30, join(parts));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) out.writeBytes(part);
    return out.toByteArray();
  }

  /// Tag, length in its shortest form, content.
  private static byte[] tlv(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    byte[] length = BigInteger.valueOf(content.length).toByteArray();
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      int from = length[0] == 0 ? 1 : 0;
      out.write(0x80 | (length.length - from));
      out.write(length, from, length.length - from);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }
}
