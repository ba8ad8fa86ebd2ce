package io.cardloom.aggregator.offer;

import io.cardloom.aggregator.identity.Principal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// What the server gives a client to bring back, unreadable and unchangeable on the way: bound to
/// one person in one workspace and one use, and good for a while only. Every instance opens what
/// another sealed.
///
/// It may come back more than once while it is good; what it lets through must bear that.
public final class Seal {
  public static final Duration LIFE = Duration.ofMinutes(10);

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int TEXT_CHARS_MAX = 16_384;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();
  private final Clock clock;

  /// @param secret of the aggregator; the key is derived from it, for this use alone
  public Seal(PrivateKey secret, Clock clock) {
    this.clock = clock;
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getEncoded(), "HmacSHA256"));
      key =
          new SecretKeySpec(
              mac.doFinal("cardloom mcp request state 1".getBytes(StandardCharsets.UTF_8)), "AES");
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no HmacSHA256", missing);
    }
  }

  /// @param use what it is for, such as the tool and a digest of its arguments
  public String close(Principal principal, String use, byte[] content) {
    try {
      byte[] nonce = new byte[NONCE_BYTES];
      random.nextBytes(nonce);
      byte[] plain =
          ByteBuffer.allocate(Long.BYTES + content.length)
              .putLong(clock.millis() + LIFE.toMillis())
              .put(content)
              .array();
      byte[] secret = cipher(Cipher.ENCRYPT_MODE, nonce, principal, use).doFinal(plain);
      byte[] sealed =
          ByteBuffer.allocate(nonce.length + secret.length).put(nonce).put(secret).array();
      return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("this JDK has no AES-GCM", broken);
    }
  }

  /// The content, or nothing where it was changed, belongs to someone or something else, or is too
  /// old.
  public Optional<byte[]> open(Principal principal, String use, String text) {
    if (text.length() > TEXT_CHARS_MAX) return Optional.empty();
    try {
      byte[] sealed = Base64.getUrlDecoder().decode(text);
      if (sealed.length < NONCE_BYTES) return Optional.empty();
      byte[] nonce = java.util.Arrays.copyOf(sealed, NONCE_BYTES);
      byte[] plain =
          cipher(Cipher.DECRYPT_MODE, nonce, principal, use)
              .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
      var in = ByteBuffer.wrap(plain);
      if (in.getLong() < clock.millis()) return Optional.empty();
      byte[] content = new byte[in.remaining()];
      in.get(content);
      return Optional.of(content);
    } catch (GeneralSecurityException | IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  static String digest(byte[] body, int from, int length) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      sha.update(body, from, length);
      return Base64.getEncoder().encodeToString(sha.digest());
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, Principal principal, String use)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    String bound = principal.workspace() + '\0' + principal.subject() + '\0' + use;
    cipher.updateAAD(bound.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
