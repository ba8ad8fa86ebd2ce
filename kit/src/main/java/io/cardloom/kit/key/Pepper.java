package io.cardloom.kit.key;

import io.cardloom.kit.call.Keys;
import io.cardloom.kit.run.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secret of a service that turns a key's text into what is stored of it (HMAC-SHA-256):
/// whoever reads the tables alone can neither make a key nor try one. All instances of a service
/// have the same.
public final class Pepper {
  private static final String SETTING = "application-keys.pepper";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES_MIN = 32;

  /// The one in use, and those before it whose keys have not ended yet.
  private static final int SECRETS_MAX = 3;

  private final List<SecretKeySpec> secrets = new ArrayList<>();

  /// @param secrets the first seals; all of them are tried on what is shown
  Pepper(List<byte[]> secrets) {
    for (byte[] secret : secrets) this.secrets.add(new SecretKeySpec(secret, ALGORITHM));
  }

  /// The setting `application-keys.pepper`, or the file of `application-keys.pepper-file`: up to
  /// three secrets of at least 32 bytes, base64, with commas between, the newest first. Without it
  /// one that follows from the service's own private key, so that a new one of those ends every
  /// key.
  public static Pepper from(Settings settings, String service) {
    var given = settings.secret(SETTING);
    if (given.isEmpty()) {
      var own = Keys.readPrivate(Path.of(settings.text("keys")), service);
      var seed = new SecretKeySpec(own.getEncoded(), ALGORITHM);
      return new Pepper(
          List.of(hmac(seed, "cardloom application keys 1".getBytes(StandardCharsets.US_ASCII))));
    }
    var secrets = new ArrayList<byte[]>();
    for (String text : given.get().split(",", SECRETS_MAX + 1)) secrets.add(secret(text.strip()));
    if (secrets.size() > SECRETS_MAX) throw wrong("has more than " + SECRETS_MAX + " secrets");
    return new Pepper(secrets);
  }

  private static byte[] secret(String text) {
    try {
      byte[] secret = Base64.getDecoder().decode(text);
      if (secret.length >= BYTES_MIN) return secret;
    } catch (IllegalArgumentException _) {
      // Told below, without the text.
    }
    throw wrong("must be base64 of at least " + BYTES_MIN + " random bytes");
  }

  private static IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException("setting " + SETTING + " " + why);
  }

  /// What to store of a key.
  byte[] seal(KeyText key) {
    return hmac(secrets.getFirst(), key.sealed());
  }

  /// Whether this key is the one that was sealed; takes as long whatever differs.
  boolean sealed(KeyText key, byte[] seal) {
    boolean good = false;
    for (var secret : secrets) good |= MessageDigest.isEqual(hmac(secret, key.sealed()), seal);
    return good;
  }

  private static byte[] hmac(SecretKeySpec secret, byte[] text) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return mac.doFinal(text);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no HMAC-SHA-256", missing);
    }
  }
}
