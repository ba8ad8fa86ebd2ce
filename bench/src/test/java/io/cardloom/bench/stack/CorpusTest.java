package io.cardloom.bench.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class CorpusTest {
  private static final int PRODUCTS = 47_551;

  /// More rows than products: every id is another one, and what it says is the product's.
  @Test
  void productsComeAroundUnderOtherIds() throws Exception {
    var corpus = Corpus.read();
    var ids = new HashSet<String>();
    IntStream.range(0, 2 * PRODUCTS + 10).forEach(row -> ids.add(corpus.id(row)));
    assertThat(ids).hasSize(2 * PRODUCTS + 10);
    assertThat(corpus.id(PRODUCTS + 3)).isEqualTo(corpus.id(3) + "-1");
    assertThat(corpus.product(PRODUCTS + 3)).isEqualTo(corpus.product(3));

    var arguments = JsonMapper.shared().readTree(corpus.arguments("s", 5, 8));
    assertThat(arguments.path("sourceId").asString()).isEqualTo("s");
    assertThat(arguments.path("entries")).hasSize(3);
    var entry = arguments.path("entries").path(0);
    assertThat(entry.path("id").asString()).isEqualTo(corpus.id(5));
    assertThat(entry.path("values")).hasToString(corpus.product(5).values());
    assertThat(entry.path("values").path("price").isNumber()).isTrue();
    assertThat(corpus.shown()).contains("name", "category", "price", "in_stock");
    assertThat(corpus.categories(3)).hasSize(3).doesNotContain("");
  }
}
