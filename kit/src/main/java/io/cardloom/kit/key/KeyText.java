package io.cardloom.kit.key;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// A key as its holder has it: `cl_KIND_WORKSPACE_ID_SECRET` and six characters that tell a
/// mistyped one without asking anybody.
///
/// It names its workspace, which is no secret, so that it is only ever looked up in there. Never
/// print one: [#toString] leaves the secret out.
///
/// @param kind the API it is for, three letters
/// @param id names it where it may be seen
/// @param secret 32 random bytes, base 62
public record KeyText(String kind, String tenant, String id, String secret) {
  /// What every key begins with, and no token of an identity provider.
  public static final String PREFIX = "cl_";

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
  private static final int SECRET_BYTES = 32;

  /// Enough digits for as many bits: 43 for 32 bytes, 6 for a checksum of 4.
  private static final int SECRET_CHARS = 43;

  private static final int CHECKSUM_CHARS = 6;
  private static final int ID_CHARS = 12;

  private static final Pattern SHAPE =
      Pattern.compile(
          "cl_([a-z]{3})_([A-Za-z0-9._-]{1,128})_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})");

  static KeyText make(String kind, String tenant, SecureRandom random) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    var id = new StringBuilder();
    for (int i = 0; i < ID_CHARS; i++) id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    return new KeyText(
        kind, tenant, id.toString(), digits(new BigInteger(1, secret), SECRET_CHARS));
  }

  /// The key that a text is; empty where it is none, or not as it was told.
  static Optional<KeyText> parse(String text) {
    var shape = SHAPE.matcher(text);
    if (!shape.matches()) return Optional.empty();
    var key = new KeyText(shape.group(1), shape.group(2), shape.group(3), shape.group(4));
    return key.checksum().equals(shape.group(5)) ? Optional.of(key) : Optional.empty();
  }

  /// The whole of it, for its holder.
  String text() {
    return body() + checksum();
  }

  /// All that a seal vouches for.
  byte[] sealed() {
    return body().getBytes(StandardCharsets.US_ASCII);
  }

  private String body() {
    return PREFIX + kind + "_" + tenant + "_" + id + "_" + secret;
  }

  private String checksum() {
    var sum = new CRC32();
    sum.update(sealed());
    return digits(BigInteger.valueOf(sum.getValue()), CHECKSUM_CHARS);
  }

  private static String digits(BigInteger number, int length) {
    char[] digits = new char[length];
    BigInteger rest = number;
    for (int i = length - 1; i >= 0; i--) {
      BigInteger[] parts = rest.divideAndRemainder(BASE);
      digits[i] = DIGITS.charAt(parts[1].intValue());
      rest = parts[0];
    }
    return new String(digits);
  }

  @Override
  public String toString() {
    return PREFIX + kind + "_" + tenant + "_" + id + "_...";
  }
}
