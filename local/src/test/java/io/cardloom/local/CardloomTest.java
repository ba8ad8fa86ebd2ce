package io.cardloom.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CardloomTest {
  private record Said(int code, String text) {}

  @Test
  void withoutAVerbItListsThemAll() {
    var said = run();
    assertThat(said.code()).isZero();
    assertThat(said.text().lines().filter(line -> line.startsWith("  ")).map(String::strip))
        .extracting(line -> line.split(" ", 2)[0])
        .containsExactly(
            "up",
            "demo",
            "test",
            "fmt",
            "status",
            "token",
            "workspace",
            "machine",
            "import",
            "verify",
            "bench",
            "conformance",
            "stop",
            "secrets",
            "setup");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense                       | 2 | nonsense",
        "import products                | 2 | FILE",
        "import products /nowhere.csv   | 1 | There is no readable file /nowhere.csv.",
        "token --as nobody              | 1 | There is no example person nobody. There are: alice, bob",
        "token --scopes cardloom:all    | 1 | There is no scope cardloom:all. There are: cardloom:read",
        "workspace create               | 2 | SAFENAME",
        "workspace create No            | 1 | A workspace is named by",
        "machine create ci --workspace demo --role editor --scopes all | 1 | There is no scope all",
        "up --issuer http://127.0.0.1:1 | 1 | --issuer and --jwks are given together",
        "up --connect-client page | 1 | --connect-client and --connect-secret-file are given together",
        "up --connect-client page --connect-secret-file x | 1 | --connect-client goes with --issuer",
        "token --workspace No           | 1 | A workspace is named by",
        "up --port-base 80              | 1 | The port base must be 1024 to",
        "up --instances svc-cards=9     | 1 | There can be 1 to 4 instances of svc-cards",
        "up --instances svc-x=2         | 1 | There is no service svc-x. There are: svc-metrics",
        "restart svc-x                  | 1 | There is no service svc-x",
        "conformance --requirements 2024 | 1 | There is no required set for 2024. Take 2026-07-28 or"
      })
  void wrongUsageIsToldInASentence(String arguments, int code, String sentence) {
    var said = run(arguments.strip().split(" +"));
    assertThat(said.text()).contains(sentence).doesNotContain("\tat ");
    assertThat(said.code()).isEqualTo(code);
  }

  private static Said run(String... arguments) {
    var text = new StringWriter();
    var writer = new PrintWriter(text);
    int code = Cardloom.line().setOut(writer).setErr(writer).execute(arguments);
    return new Said(code, text.toString());
  }
}
