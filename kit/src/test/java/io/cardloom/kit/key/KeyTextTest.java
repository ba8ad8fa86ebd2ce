package io.cardloom.kit.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class KeyTextTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @Test
  void aKeyIsReadAsItWasTold() {
    var texts = new HashSet<String>();
    for (String tenant : new String[] {"acme", "a", "x".repeat(128), "with-dash", "with_line"}) {
      for (int i = 0; i < 200; i++) {
        var key = KeyText.make("ing", tenant, RANDOM);
        assertThat(key.text()).startsWith("cl_ing_" + tenant + "_" + key.id() + "_");
        assertThat(KeyText.parse(key.text())).hasValue(key);
        assertThat(texts.add(key.text())).isTrue();
      }
    }
  }

  @Test
  void itsWordsForALogHoldNoSecret() {
    var key = KeyText.make("dst", "acme", RANDOM);
    assertThat("" + key).isEqualTo("cl_dst_acme_" + key.id() + "_...");
  }

  @Test
  void whatIsCutOrMistypedIsNoKey() {
    String text = KeyText.make("ing", "acme", RANDOM).text();
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'a' ? 'b' : 'a';
      String mistyped = text.substring(0, i) + other + text.substring(i + 1);
      assertThat(KeyText.parse(mistyped)).as("character %s", i).isEmpty();
      assertThat(KeyText.parse(text.substring(0, i))).as("%s characters", i).isEmpty();
    }
    assertThat(KeyText.parse(text + "a")).isEmpty();
    assertThat(KeyText.parse(text + "\n")).isEmpty();
    assertThat(KeyText.parse("")).isEmpty();
    assertThat(KeyText.parse("cl_ing_acme_'; DROP TABLE application --")).isEmpty();
  }

  @Test
  void theChecksumIsThatOfTheWholeText() {
    var key = new KeyText("ing", "acme", "0".repeat(12), "0".repeat(43));
    var sum = new CRC32();
    sum.update(key.sealed());
    long digits = 0;
    for (char c : key.text().substring(key.text().length() - 6).toCharArray()) {
      int digit = c <= '9' ? c - '0' : c <= 'Z' ? c - 'A' + 10 : c - 'a' + 36;
      digits = digits * 62 + digit;
    }
    assertThat(digits).isEqualTo(sum.getValue());
  }
}
