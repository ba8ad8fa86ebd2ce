package io.cardloom.kit.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.TestKeys;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PepperTest {
  private static final KeyText KEY = KeyText.make("ing", "acme", new SecureRandom());
  private static final String A = secret(1);
  private static final String B = secret(2);

  private static String secret(int fill) {
    byte[] bytes = new byte[32];
    java.util.Arrays.fill(bytes, (byte) fill);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static Pepper given(String secrets) {
    return Pepper.from(Settings.of(Map.of("application-keys.pepper", secrets)), "svc-ingest");
  }

  private static Pepper own(String service) {
    return Pepper.from(Settings.of(Map.of("keys", TestKeys.folder().toString())), service);
  }

  @Test
  void withoutASettingItFollowsFromTheServicesOwnKey() {
    byte[] seal = own("svc-ingest").seal(KEY);
    assertThat(own("svc-ingest").sealed(KEY, seal)).isTrue();
    assertThat(own("svc-publishing").sealed(KEY, seal)).isFalse();
    assertThat(given(A).sealed(KEY, seal)).isFalse();
  }

  @Test
  void aSealIsOfOneKeyOfOneWorkspace() {
    var pepper = given(A);
    byte[] seal = pepper.seal(KEY);
    assertThat(seal).hasSize(32);
    assertThat(pepper.sealed(new KeyText("dst", "acme", KEY.id(), KEY.secret()), seal)).isFalse();
    assertThat(pepper.sealed(new KeyText("ing", "other", KEY.id(), KEY.secret()), seal)).isFalse();
    assertThat(pepper.sealed(KEY, new byte[0])).isFalse();
  }

  @Test
  void aNewOneSealsAndTheOldOnesStillProve() {
    byte[] before = given(A).seal(KEY);
    var both = given(B + " , " + A);
    assertThat(both.sealed(KEY, before)).isTrue();
    assertThat(both.seal(KEY)).isEqualTo(given(B).seal(KEY)).isNotEqualTo(before);
    assertThat(given(B).sealed(KEY, before)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"c2hvcnQ=", "not base64!", "''"})
  void aWrongSettingStopsTheStartWithoutItsText(String wrong) {
    assertThatThrownBy(() -> given(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("setting application-keys.pepper must be base64 of at least 32 random bytes");
    assertThatThrownBy(() -> given(A + "," + wrong)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> given(String.join(",", A, A, A, A)))
        .hasMessage("setting application-keys.pepper has more than 3 secrets");
  }
}
