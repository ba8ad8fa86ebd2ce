package io.cardloom.kit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.problem.ProblemException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CursorTest {
  @Test
  void aCursorComesBackAsItWas() {
    var cursor = new Cursor(42, Arrays.asList("ä/\n", null, "", "key"));
    assertThat(Cursor.decode("after", cursor.encode(), 42)).isEqualTo(cursor);
  }

  @Test
  void anotherQuerysCursorIsRefused() {
    String text = new Cursor(42, Arrays.asList("x")).encode();
    assertThatThrownBy(() -> Cursor.decode("after", text, 43))
        .hasMessageContaining("another query");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "AAAA", "AAAAKn8", "AAAAKgF_____", "AAAAKgEAEA"})
  void whatIsNoCursorIsRefused(String text) {
    assertThatThrownBy(() -> Cursor.decode("after", text, 42)).isInstanceOf(ProblemException.class);
  }
}
