package io.cardloom.local.rows;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class FlatteningTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1}                                              | {\"a\":1}",
        "{\"specs\":{\"socket\":\"AM5\"}}                       | {\"specs_socket\":\"AM5\"}",
        "{\"specs\":{\"memory\":{\"maxSupport\":128}}}          | {\"specs_memory_maxsupport\":128}",
        "{\"specs\":{\"isOEM\":true}}                           | {\"specs_isoem\":true}",
        "{\"12V 2x6\":1}                                        | {\"12v_2x6\":1}",
        "{\"part_numbers\":[\"a\",\"b\"]}                       | {\"part_numbers\":[\"a\",\"b\"]}",
        "{\"sizes\":[1,2.5,null,true]}                          | {\"sizes\":[\"1\",\"2.5\",\"true\"]}",
        "{\"none\":[]}                                          | {\"none\":[]}",
        "{\"empty\":{}}                                         | {}",
        "{\"a\":null}                                           | {\"a\":null}",
        "{\"slots\":[{\"gen\":4,\"n\":1},{\"gen\":4,\"n\":2}]}  | {\"slots_gen\":[\"4\"],\"slots_n\":[\"1\",\"2\"]}",
        "{\"s\":[{\"x\":{\"y\":1}},{\"x\":{\"y\":2}}]}          | {\"s_x_y\":[\"1\",\"2\"]}",
        "{\"s\":[{\"t\":[\"a\",\"b\"]},{\"t\":[\"b\"]}]}        | {\"s_t\":[\"a\",\"b\"]}",
        "{\"s\":[{\"t\":null}]}                                 | {}",
        "{\"m\":[[1,2],[3]]}                                    | {\"m\":[\"1\",\"2\",\"3\"]}",
        "{\"a\":{\"b\":null},\"a_b\":7}                         | {\"a_b\":7}"
      })
  void aPathBecomesAProperty(String nested, String flat) {
    var json = JsonMapper.shared();
    var got = JsonNodeFactory.instance.objectNode();
    Flattening.of(json.readTree(nested)).forEach(got::set);
    assertThat(got).isEqualTo(json.readTree(flat));
  }
}
