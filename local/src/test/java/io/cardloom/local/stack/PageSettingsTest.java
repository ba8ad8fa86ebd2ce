package io.cardloom.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.idp.server.Secrets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the aggregator is told about signing people in on its page, and on which way.
class PageSettingsTest {
  private static final String SECRET = "0123456789abcdef-of-the-page";
  private static final Secrets SECRETS = new Secrets("admin", "p", SECRET, "a", Map.of());

  private static Map<String, String> settings(Part part, Map<String, String> connect) {
    var options =
        new StackOptions(Ports.BASE, "unused", true, Map.of(), Optional.<OtherProvider>empty());
    return new ServiceSettings(options, Path.of("keys"), "jdbc", "user", "kafka", connect)
        .of(part, 0);
  }

  @Test
  void onlyTheAggregatorHasThem() {
    var connect = ServiceSettings.connect(SECRETS);
    for (var part : Part.values()) {
      assertThat(settings(part, connect).containsValue(SECRET))
          .as(part.title())
          .isEqualTo(part == Part.AGGREGATOR);
    }
    assertThat(settings(Part.AGGREGATOR, connect))
        .containsEntry("connect.client-id", "cardloom-connect");
  }

  @Test
  void theSecretIsInNoCommandLine() {
    var settings = settings(Part.AGGREGATOR, ServiceSettings.connect(SECRETS));
    assertThat(ProcessInstance.command(Part.AGGREGATOR, settings, Path.of("logging")))
        .contains("-Dconnect.client-id=cardloom-connect")
        .noneMatch(argument -> argument.contains(SECRET));
    assertThat(ProcessInstance.environment(settings))
        .containsExactlyEntriesOf(Map.of("CARDLOOM_CONNECT_SECRET", SECRET));
    assertThat(ProcessInstance.environment(settings(Part.CARDS, Map.of()))).isEmpty();
  }

  @Test
  void atAnotherProviderItTakesAClientThere() {
    assertThat(ServiceSettings.connect(new OtherProvider("https://id.test", "https://id.test/k")))
        .isEmpty();
    assertThat(
            ServiceSettings.connect(
                new OtherProvider(
                    "https://id.test",
                    "https://id.test/k",
                    Optional.of(new OtherProvider.ConnectClient("page", "/secret")))))
        .isEqualTo(Map.of("connect.client-id", "page", "connect.secret-file", "/secret"));
  }
}
