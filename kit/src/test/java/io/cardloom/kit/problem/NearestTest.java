package io.cardloom.kit.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestTest {
  private static final List<String> KNOWN =
      List.of("name", "manufacturer", "price", "specs_socket");

  @ParameterizedTest
  @CsvSource({
    "nam,name",
    "manufacturor,manufacturer",
    "PRICE,price",
    "spec_socket,specs_socket",
    "zzzzzz,''",
    "'',''"
  })
  void aSlipFindsItsName(String slip, String name) {
    assertThat(Nearest.of(slip, KNOWN)).isEqualTo(name);
  }
}
