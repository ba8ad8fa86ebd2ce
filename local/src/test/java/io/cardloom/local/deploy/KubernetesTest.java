package io.cardloom.local.deploy;

import static io.cardloom.local.deploy.Manifests.at;
import static io.cardloom.local.deploy.Manifests.objects;
import static io.cardloom.local.deploy.Manifests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.Topics;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.local.deploy.Manifests.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The manifests of `deploy/kubernetes`, against Kubernetes' schemas and against the services.
class KubernetesTest {
  private static final Path FOLDER = Path.of("..", "deploy", "kubernetes");
  private static final List<Manifest> ALL = Manifests.read(FOLDER);

  /// Made by whoever installs, from what is secret or theirs.
  private static final Set<String> MADE_BEFORE = Set.of("cardloom-public-keys");

  /// Long enough for every secret, and base64 of 32 bytes, which one of them has to be.
  private static final String SECRET = Base64.getEncoder().encodeToString(new byte[32]);

  @Test
  void everyDocumentIsWhatItsKindTakes() {
    assertThat(ALL).hasSizeGreaterThan(20);
    for (Manifest one : ALL) {
      try {
        KubernetesSchema.check(one.kind(), one.json());
      } catch (IllegalArgumentException wrong) {
        throw new AssertionError(one + ": " + wrong.getMessage(), wrong);
      }
    }
  }

  /// The check that finds nothing would find these.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          svc-ingest.yaml       | replicas: 2               | replica: 2
          svc-ingest.yaml       | readOnlyRootFilesystem    | readonlyRootFilesystem
          svc-ingest.yaml       | containerPort: 7410       | containerPort: grpc
          svc-ingest.yaml       | maxUnavailable: 1         | maxUnavaillable: 1
          svc-ingest.yaml       | publishNotReadyAddresses  | publishNotReadyAdresses
          svc-ingest.yaml       | image: cardloom           | immage: cardloom
          svc-ingest.yaml       | failureThreshold: 60      | failureThreshold: sixty
          aggregator.yaml       | configMapKeyRef           | configmapKeyRef
          network-policies.yaml | namespaceSelector         | nameSpaceSelector
          autoscaling/consumers.yaml  | lagThreshold        | lagTreshold
          autoscaling/aggregator.yaml | maxReplicas         | maxReplica
          kustomization.yaml    | resources                 | resource
          """)
  void aWrongFieldIsFound(String file, String right, String wrong) throws IOException {
    String text = Files.readString(FOLDER.resolve(file));
    assertThat(text).contains(right);
    assertThatThrownBy(
            () -> {
              for (JsonObject document : Manifests.parse(text.replace(right, wrong))) {
                KubernetesSchema.check(new Manifest(file, document).kind(), document);
              }
            })
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyServiceReadsWhatItIsGivenAndIsGivenWhatItNeeds(@TempDir Path dir) throws IOException {
    assertThat(deployments().keySet()).isEqualTo(Configs.ALL.keySet());
    for (var config : Configs.ALL.entrySet()) {
      String service = config.getKey();
      var given = environment(deployment(service));
      var environment = new TreeMap<>(given);
      environment.put("CARDLOOM_KEYS", TestKeys.folder().toString());
      for (String variable : given.keySet()) {
        if (variable.endsWith("_FILE")) {
          environment.put(
              variable,
              Files.writeString(dir.resolve(variable), SECRET).toAbsolutePath().toString());
        }
      }
      var read = new HashSet<String>();
      var settings = Settings.ofEnvironment(environment, key -> read.add(Settings.variable(key)));
      assertThat(config.getValue().apply(settings)).as(service).isNotNull();
      assertThat(read).as("what " + service + " reads").containsAll(given.keySet());
    }
  }

  /// The files that settings name are mounted: keys of the service's own secret.
  @Test
  void everyFileThatASettingNamesIsMountedFromTheServicesOwnSecret() {
    deployments()
        .forEach((service, deployment) -> {
          var files = mounted(deployment);
          environment(deployment)
              .forEach((variable, value) -> {
                if (variable.endsWith("_FILE")) assertThat(files).contains(value);
              });
          assertThat(files).contains("/run/secrets/keys/" + service + ".key");
          assertThat(files.stream().filter(file -> file.endsWith(".key"))).hasSize(1);
        });
  }

  @Test
  void nothingSecretIsInIt() throws IOException {
    assertThat(ALL).noneMatch(one -> one.is("Secret"));
    for (Manifest one : ALL) {
      assertThat(Files.readString(FOLDER.resolve(one.file())))
          .doesNotContainIgnoringCase("password:")
          .doesNotContain("PRIVATE KEY");
    }
  }

  @Test
  void targetsAreHeadlessServicesWithThatPort() {
    int targets = 0;
    for (var deployment : deployments().values()) {
      for (String value : environment(deployment).values()) {
        if (!value.startsWith("dns:///")) continue;
        targets++;
        String[] target = value.substring("dns:///".length()).split(":");
        var spec = named("Service", target[0]).json().getAsJsonObject("spec");
        assertThat(text(spec, "clusterIP")).isEqualTo("None");
        assertThat(objects(at(spec, "ports")).map(port -> text(port, "port")))
            .containsExactly(target[1]);
      }
    }
    assertThat(targets).isEqualTo(6);
  }

  @Test
  void selectorsAndPortsMeetPods() {
    for (Manifest one : ALL) {
      if (one.is("Service")) {
        var spec = one.json().getAsJsonObject("spec");
        var pods = deployment(text(spec.getAsJsonObject("selector"), "app.kubernetes.io/name"));
        var open = ports(pods);
        objects(at(spec, "ports"))
            .forEach(port -> {
              var number = open.get(text(port, "targetPort"));
              assertThat(number).as(one.name()).isEqualTo(text(port, "port"));
            });
      }
      if (one.is("PodDisruptionBudget")) {
        assertThat(deployments()).containsKey(nameIn(one, "spec.selector.matchLabels"));
      }
    }
    var budgets = ALL.stream().filter(one -> one.is("PodDisruptionBudget")).map(Manifest::name);
    assertThat(budgets).containsExactlyInAnyOrderElementsOf(deployments().keySet());
    deployments()
        .forEach((service, deployment) -> {
          assertThat(nameIn(deployment, "spec.selector.matchLabels")).isEqualTo(service);
          assertThat(nameIn(deployment, "spec.template.metadata.labels")).isEqualTo(service);
          var given = environment(deployment);
          var ports = ports(deployment);
          assertThat(ports.get("admin")).isEqualTo(given.get("CARDLOOM_ADMIN_PORT"));
          assertThat(ports.get("http")).isEqualTo(given.get("CARDLOOM_HTTP_PORT"));
          for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(
                    text(at(container(deployment), probe + ".httpGet").getAsJsonObject(), "port"))
                .isEqualTo("admin");
          }
        });
  }

  /// Who calls whom is in the settings; a policy lets each of those calls in, and out.
  @Test
  void policiesLetThroughWhatServicesCall() {
    var all = named("NetworkPolicy", "nothing").json();
    assertThat(at(all, "spec.podSelector").getAsJsonObject().size()).isZero();
    assertThat(at(all, "spec.policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
    deployments()
        .forEach((caller, deployment) -> {
          var called =
              environment(deployment).values().stream()
                  .filter(value -> value.startsWith("dns:///"))
                  .map(value -> value.substring("dns:///".length()).split(":")[0])
                  .collect(Collectors.toCollection(TreeSet::new));
          assertThat(peers(caller, "egress", "to")).as(caller).containsExactlyElementsOf(called);
          for (String service : called) {
            assertThat(peers(service, "ingress", "from")).as(service).contains(caller);
          }
        });
  }

  @Test
  void podsRunWithoutRights() {
    for (Manifest deployment : deployments().values()) {
      var pod = at(deployment.json(), "spec.template.spec").getAsJsonObject();
      assertThat(at(pod, "securityContext.runAsNonRoot").getAsBoolean()).isTrue();
      assertThat(text(pod, "automountServiceAccountToken")).isEqualTo("false");
      var container = container(deployment);
      var rights = at(container, "securityContext").getAsJsonObject();
      assertThat(text(rights, "readOnlyRootFilesystem")).isEqualTo("true");
      assertThat(text(rights, "allowPrivilegeEscalation")).isEqualTo("false");
      assertThat(at(rights, "capabilities.drop").toString()).isEqualTo("[\"ALL\"]");
      assertThat(at(container, "resources.limits.memory").getAsString())
          .isEqualTo(at(container, "resources.requests.memory").getAsString());
    }
  }

  @Test
  void scalingListensToGroupsThatThereAre() {
    var settings = named("ConfigMap", "cardloom").json().getAsJsonObject("data");
    int partitions = Integer.parseInt(text(settings, "CARDLOOM_KAFKA_PARTITIONS"));
    var groups = new TreeMap<String, String>();
    for (Lane lane : Lane.values()) {
      groups.put(lane.named("svc-ingest-indexer"), lane.named(Topics.ENTRY_CHANGED));
      groups.put(lane.named("svc-cards"), lane.named(Topics.ENTRY_CHANGED));
      groups.put(lane.named("svc-publishing"), lane.named(Topics.CARD_CHANGED));
    }
    var heard = new TreeMap<String, String>();
    for (Manifest one : ALL) {
      if (!one.is("ScaledObject")) continue;
      var spec = one.json().getAsJsonObject("spec");
      assertThat(deployments()).containsKey(text(spec.getAsJsonObject("scaleTargetRef"), "name"));
      // Two bulk consumers of each instance share the partitions; more instances would find none.
      assertThat(2 * spec.get("maxReplicaCount").getAsInt()).isLessThanOrEqualTo(partitions);
      for (var trigger : objects(at(spec, "triggers")).toList()) {
        if (!text(trigger, "type").equals("kafka")) continue;
        var lag = trigger.getAsJsonObject("metadata");
        heard.put(text(lag, "consumerGroup"), text(lag, "topic"));
        assertThat(text(lag, "bootstrapServers"))
            .isEqualTo(text(settings, "CARDLOOM_KAFKA_BOOTSTRAP"));
      }
    }
    assertThat(heard).isEqualTo(groups);
  }

  @Test
  void kustomizationsNameEveryFile() {
    for (Manifest one : ALL) {
      if (!one.is("Kustomization") && !one.is("Component")) continue;
      Path folder = Objects.requireNonNull(FOLDER.resolve(one.file()).getParent());
      var named =
          one.json().getAsJsonArray("resources").asList().stream()
              .map(resource -> resource.getAsString())
              .collect(Collectors.toCollection(TreeSet::new));
      named.add("kustomization.yaml");
      var there = new TreeSet<String>();
      for (Manifest other : ALL) {
        Path file = FOLDER.resolve(other.file());
        if (folder.equals(file.getParent())) there.add(String.valueOf(file.getFileName()));
      }
      assertThat(named).isEqualTo(there);
    }
  }

  private static Map<String, Manifest> deployments() {
    var deployments = new LinkedHashMap<String, Manifest>();
    for (String service : Configs.ALL.keySet()) deployments.put(service, deployment(service));
    assertThat(ALL.stream().filter(one -> one.is("Deployment"))).hasSize(deployments.size());
    return deployments;
  }

  private static Manifest deployment(String name) {
    return named("Deployment", name);
  }

  private static Manifest named(String kind, String name) {
    return ALL.stream()
        .filter(one -> one.is(kind) && one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
  }

  private static String nameIn(Manifest one, String labels) {
    return text(at(one.json(), labels).getAsJsonObject(), "app.kubernetes.io/name");
  }

  private static JsonObject container(Manifest deployment) {
    var containers = objects(at(deployment.json(), "spec.template.spec.containers")).toList();
    assertThat(containers).hasSize(1);
    return containers.getFirst();
  }

  private static Map<String, String> ports(Manifest deployment) {
    return objects(at(container(deployment), "ports"))
        .collect(Collectors.toMap(port -> text(port, "name"), port -> text(port, "containerPort")));
  }

  /// Variables of the container as Kubernetes makes them of config maps and values.
  private static Map<String, String> environment(Manifest deployment) {
    var environment = new TreeMap<String, String>();
    var container = container(deployment);
    objects(at(container, "envFrom"))
        .forEach(from -> {
          var map = named("ConfigMap", text(from.getAsJsonObject("configMapRef"), "name"));
          map.json()
              .getAsJsonObject("data")
              .asMap()
              .forEach((key, value) -> environment.put(key, value.getAsString()));
        });
    objects(at(container, "env"))
        .forEach(variable -> {
          String name = text(variable, "name");
          if (variable.has("value")) {
            environment.put(name, text(variable, "value"));
          } else {
            var from = at(variable, "valueFrom.configMapKeyRef").getAsJsonObject();
            var data = named("ConfigMap", text(from, "name")).json().getAsJsonObject("data");
            environment.put(name, text(data, text(from, "key")));
          }
        });
    return environment;
  }

  /// The files of secrets that a container sees.
  private static Set<String> mounted(Manifest deployment) {
    var folders =
        objects(at(container(deployment), "volumeMounts"))
            .collect(
                Collectors.toMap(mount -> text(mount, "name"), mount -> text(mount, "mountPath")));
    var files = new TreeSet<String>();
    objects(at(deployment.json(), "spec.template.spec.volumes"))
        .forEach(volume -> {
          String folder = Objects.requireNonNull(folders.get(text(volume, "name")));
          if (volume.has("secret")) {
            var secret = volume.getAsJsonObject("secret");
            assertThat(text(secret, "secretName")).isEqualTo(deployment.name());
            items(secret).forEach(path -> files.add(folder + "/" + path));
          }
          if (volume.has("projected")) {
            objects(at(volume, "projected.sources"))
                .forEach(source -> {
                  if (source.has("secret")) {
                    var secret = source.getAsJsonObject("secret");
                    assertThat(text(secret, "name")).isEqualTo(deployment.name());
                    items(secret).forEach(path -> files.add(folder + "/" + path));
                  } else {
                    assertThat(MADE_BEFORE)
                        .contains(text(source.getAsJsonObject("configMap"), "name"));
                  }
                });
          }
        });
    return files;
  }

  private static List<String> items(JsonObject secret) {
    return objects(at(secret, "items")).map(item -> text(item, "path")).toList();
  }

  /// Services of this installation that a policy of the same name lets in or out.
  private static Set<String> peers(String policy, String direction, String side) {
    var names = new TreeSet<String>();
    objects(at(named("NetworkPolicy", policy).json(), "spec." + direction))
        .flatMap(rule -> objects(at(rule, side)))
        .filter(peer -> peer.has("podSelector"))
        .forEach(peer ->
            names.add(
                text(
                    at(peer, "podSelector.matchLabels").getAsJsonObject(),
                    "app.kubernetes.io/name")));
    names.remove("operator");
    return names;
  }
}
