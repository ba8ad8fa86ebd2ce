package io.cardloom.aggregator.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {
  private static final Origins PUBLIC =
      Origins.of(List.of("https://client.test"), "https://mcp.example.com/base", "0.0.0.0");
  private static final Origins LOCAL = Origins.of(List.of(), "http://127.0.0.1:7070", "127.0.0.1");

  @ParameterizedTest
  @CsvSource({
    "https://client.test, true, false",
    "https://mcp.example.com, true, false",
    "http://mcp.example.com, false, false",
    "https://mcp.example.com:8443, false, false",
    "http://127.0.0.1:7070, false, true",
    "http://localhost, false, true",
    "http://[::1]:80, false, true",
    "http://localhost.evil.test, false, false",
    "http://evil.test?localhost, false, false",
    "null, false, false",
    "'', false, false",
    "not a url, false, false"
  })
  void pagesThatMayCall(String origin, boolean inPublic, boolean locally) {
    assertThat(PUBLIC.permits(origin)).isEqualTo(inPublic);
    assertThat(LOCAL.permits(origin)).isEqualTo(locally);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7070, true",
    "localhost, true",
    "[::1]:9, true",
    "evil.test, false",
    "'', false"
  })
  void hostsALocalServerAnswersTo(String host, boolean answers) {
    assertThat(LOCAL.answersTo(host)).isEqualTo(answers);
    assertThat(PUBLIC.answersTo(host)).isTrue();
  }

  @org.junit.jupiter.api.Test
  void aProgramHasNoOrigin() {
    assertThat(PUBLIC.permits(null)).isTrue();
  }
}
