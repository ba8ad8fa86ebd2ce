package io.cardloom.ingest.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LanguageTest {
  @ParameterizedTest
  @CsvSource({
    "en,en",
    "EN,en",
    "sv-se,sv-SE",
    "sv_SE,sv-SE",
    "zh-hans,zh-Hans",
    "ZH-HANS-cn,zh-Hans-CN",
  })
  void aLanguageHasItsUsualCasing(String given, String canonical) {
    assertThat(Language.of(given)).contains(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e",
        "xx",
        "eng",
        "en-",
        "en-XX",
        "en-US-US",
        "en-Latn-US-x",
        "zh-Hanst",
        "en US",
        "-en"
      })
  void whatIsNoneIsEmpty(String given) {
    assertThat(Language.of(given)).isEmpty();
  }
}
