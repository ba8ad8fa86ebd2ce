package io.cardloom.local.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.aggregator.AggregatorConfig;
import io.cardloom.cards.CardsConfig;
import io.cardloom.ingest.IngestConfig;
import io.cardloom.kit.run.Settings;
import io.cardloom.local.stack.Part;
import io.cardloom.metrics.MetricsConfig;
import io.cardloom.publishing.PublishingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a machine without a container engine can tell of the compose file: whether it fits the
/// services, their images and the secrets.
final class ComposeTest {
  private final ComposeFile compose = ComposeFile.read();

  ComposeTest() throws IOException {}

  @Test
  void everyPartIsThereOnce() {
    assertThat(compose.services())
        .containsOnlyKeys(
            "postgres",
            "kafka",
            "keycloak",
            "svc-ingest",
            "svc-cards",
            "svc-publishing",
            "svc-metrics",
            "operator",
            "aggregator",
            "front");
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void aServiceReadsEverySettingItIsGiven(Part part, @TempDir Path secrets) throws IOException {
    new SecretsFolder(secrets).make();
    var given = compose.environment(part.title(), secrets);
    var asked = new HashSet<String>();
    read(part, Settings.ofEnvironment(given, key -> asked.add(Settings.variable(key))));
    assertThat(asked).containsAll(given.keySet());
    assertThat(given)
        .containsEntry("CARDLOOM_HOST", "0.0.0.0")
        .containsEntry("CARDLOOM_ADMIN_PORT", "7420");

    given.remove("CARDLOOM_KEYS");
    assertThatThrownBy(() -> read(part, Settings.ofEnvironment(given, _ -> {})))
        .hasMessageContaining("setting keys is missing");
  }

  private static Object read(Part part, Settings settings) {
    return switch (part) {
      case INGEST -> IngestConfig.from(settings);
      case CARDS -> CardsConfig.from(settings);
      case PUBLISHING -> PublishingConfig.from(settings);
      case METRICS -> MetricsConfig.from(settings);
      case AGGREGATOR -> AggregatorConfig.from(settings);
    };
  }

  @Test
  void theOperatorReadsEverySettingItIsGiven(@TempDir Path secrets) throws IOException {
    new SecretsFolder(secrets).make();
    var mounts = compose.mounts("operator");
    assertThat(mounts).containsKeys("/run/secrets/secrets.json", "/run/secrets/keys");
    var given = compose.environment("operator");
    given.put("CARDLOOM_KEYS", secrets.resolve("keys/local").toString());
    given.put("CARDLOOM_OPERATOR_SECRETS", secrets.toString());
    var asked = new HashSet<String>();
    var installation =
        Installation.of(Settings.ofEnvironment(given, key -> asked.add(Settings.variable(key))));
    assertThat(asked).containsAll(given.keySet());
    assertThat(installation.keycloak()).isPresent();
    assertThat(installation.targets()).containsEntry("svc-ingest", "dns:///svc-ingest:7410");
    assertThat(installation.person("alice").password()).isNotEmpty();
    installation.tenants().close();
  }

  @Test
  void everySecretNamedIsMadeAndEverySecretMadeIsNamed(@TempDir Path secrets) throws IOException {
    var made =
        new SecretsFolder(secrets)
            .make().stream().map(path -> "./secrets/" + secrets.relativize(path)).toList();
    assertThat(compose.secrets().values()).containsExactlyInAnyOrderElementsOf(made);
    for (var service : compose.services().keySet()) {
      compose
          .environment(service, secrets)
          .forEach((name, value) -> {
            if (name.endsWith("_FILE")) assertThat(Path.of(value)).isRegularFile();
          });
    }
  }

  @Test
  void noSecretIsWrittenOutOrReachesGitOrABuild() throws IOException {
    for (var service : compose.services().keySet()) {
      assertThat(compose.environment(service).keySet())
          .noneMatch(name -> name.matches(".*(PASSWORD|PEPPER|SECRET)"));
    }
    assertThat(compose.text(".gitignore").lines()).contains("secrets/", ".env");
    assertThat(compose.text(".dockerignore").lines().filter(line -> !line.startsWith("#")))
        .startsWith("*")
        .contains("secrets")
        .noneMatch(line -> line.startsWith("!") && line.contains("secrets"));
  }

  @Test
  void imagesAreNamedByAPublicNameAndATag() throws IOException {
    var dockerfile = compose.text("Dockerfile");
    assertThat(dockerfile).doesNotContainIgnoringCase("syntax=");
    var stages =
        Pattern.compile("(?m)^FROM (\\S+)(?: AS (\\S+))?$").matcher(dockerfile).results().toList();
    var own = new HashSet<String>();
    stages.forEach(stage -> own.add(stage.group(2)));
    var bases = stages.stream().map(stage -> stage.group(1)).filter(image -> !own.contains(image));
    var images = compose.services().values().stream().map(service -> service.get("image") + "");
    assertThat(Stream.concat(bases, images)).allMatch(image -> image.matches(PINNED));

    for (var service : compose.services().values()) {
      Map<String, Object> build = ComposeFile.part(service, "build");
      if (!build.isEmpty()) assertThat(own).contains(build.get("target") + "");
    }
  }

  /// A name without a host in front, and a tag that names a version.
  private static final String PINNED = "([a-z0-9-]+/)?[a-z0-9-]+:([0-9][a-z0-9.-]*|trixie-slim)";

  @Test
  void everythingIsBoundedWatchedAndStartedInOrder() throws IOException {
    var watched = compose.text("Dockerfile").contains("HEALTHCHECK");
    compose
        .services()
        .forEach((name, service) -> {
          assertThat(service).as(name).containsKeys("mem_limit", "cpus", "restart");
          assertThat(service).as(name).doesNotContainKey("container_name");
          boolean ours = Arrays.stream(Part.values()).anyMatch(part -> part.title().equals(name));
          if (!name.equals("operator")) {
            assertThat(service.containsKey("healthcheck") || (ours && watched)).as(name).isTrue();
          }
          Map<String, Map<String, String>> needs = ComposeFile.part(service, "depends_on");
          needs.forEach((need, condition) ->
              assertThat(condition)
                  .as(name + " needs " + need)
                  .containsEntry(
                      "condition",
                      need.equals("operator")
                          ? "service_completed_successfully"
                          : "service_healthy"));
        });
  }

  @Test
  void onlyThisMachineReachesWhatIsPublishedAndNothingElseIs() {
    var published = new HashSet<String>();
    compose.services().keySet().forEach(name -> published.addAll(compose.ports(name)));
    assertThat(published)
        .isEqualTo(
            Set.of(
                "127.0.0.1:7400:7400",
                "127.0.0.1:7401:7401",
                "127.0.0.1:7402:7402",
                "127.0.0.1:7408:7408"));
  }

  @Test
  void theFrontPassesOnToThePortsThatTheServicesListenOn() throws IOException {
    var front = compose.text("docker/haproxy.cfg");
    assertThat(front).contains("check port 7420 ");
    for (var service : List.of("aggregator", "svc-ingest", "svc-publishing")) {
      var port = compose.environment(service).get("CARDLOOM_HTTP_PORT");
      assertThat(front).contains(" " + service + ":" + port + "\n", "bind :" + port + "\n");
    }
  }

  @Test
  void everyServiceHasADatabaseOfItsOwn() throws IOException {
    var script = compose.text("docker/databases.sh");
    var made = Set.of(script.split("for name in ")[1].split(";")[0].split(" "));
    var used = new HashSet<String>();
    for (var service : compose.services().keySet()) {
      var environment = compose.environment(service);
      var url =
          environment.getOrDefault("CARDLOOM_DB_URL", environment.getOrDefault("KC_DB_URL", ""));
      if (url.isEmpty()) continue;
      var database = url.substring(url.lastIndexOf('/') + 1);
      assertThat(used.add(database)).as(database).isTrue();
      assertThat(compose.mounts(service)).containsKey("/run/secrets/db-" + database);
      assertThat(compose.mounts("postgres")).containsKey("/run/secrets/db-" + database);
    }
    assertThat(used).isEqualTo(made);
    assertThat(script).contains("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'");
    assertThat(Files.isExecutable(compose.root().resolve("docker/databases.sh"))).isTrue();
  }
}
