package io.cardloom.idp.realm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class OverlayTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # there                       | wanted                | result
          {"a":1,"b":2}                 | {"a":1}               | {"a":1,"b":2}
          {"a":1,"b":2}                 | {"a":3}               | {"a":3,"b":2}
          {"a":{"x":"1","y":"2"}}       | {"a":{"x":"3"}}       | {"a":{"x":"3","y":"2"}}
          {}                            | {"a":{"x":"3"}}       | {"a":{"x":"3"}}
          {"a":["x","own"]}             | {"a":["x","y"]}       | {"a":["x","own","y"]}
          {"a":["y","own","x"]}         | {"a":["x","y"]}       | {"a":["y","own","x"]}
          {"a":["true"]}                | {"a":["false"]}       | {"a":["false"]}
          {"a":["log","mail"]}          | {"a":["log"]}         | {"a":["log","mail"]}
          {"a":true}                    | {"a":"true"}          | {"a":true}
          {"b":1}                       | {"a":[]}              | {"b":1}
          {"b":1}                       | {"a":"","c":false}    | {"b":1}
          """)
  void layingOver(String there, String wanted, String result) {
    JsonNode present = JSON.readTree(there);
    JsonNode over =
        Overlay.covers(present, JSON.readTree(wanted))
            ? present
            : Overlay.over(present, JSON.readTree(wanted));
    assertThat(over).isEqualTo(JSON.readTree(result));
    assertThat(Overlay.covers(over, JSON.readTree(wanted))).isTrue();
  }
}
