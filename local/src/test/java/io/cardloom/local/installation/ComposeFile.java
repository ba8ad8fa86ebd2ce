package io.cardloom.local.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/// `docker-compose.yml` as the containers get it, with nothing set in the environment.
record ComposeFile(Path root, Map<String, Object> file) {
  private static final Pattern DEFAULTED = Pattern.compile("\\$\\{[A-Z_]+:-([^}]*)}");
  private static final String MOUNT = "/run/secrets/";

  static ComposeFile read() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docker-compose.yml"))) {
      root = Objects.requireNonNull(root.getParent(), "not inside the project");
    }
    String text = Files.readString(root.resolve("docker-compose.yml"));
    return new ComposeFile(root, new Yaml().load(DEFAULTED.matcher(text).replaceAll("$1")));
  }

  String text(String path) throws IOException {
    return Files.readString(root.resolve(path));
  }

  Map<String, Map<String, Object>> services() {
    return part(file, "services");
  }

  Map<String, Object> service(String name) {
    return Objects.requireNonNull(services().get(name), name);
  }

  Map<String, String> environment(String service) {
    var environment = new TreeMap<String, String>();
    Map<String, Object> given = part(service(service), "environment");
    given.forEach((name, value) -> environment.put(name, String.valueOf(value)));
    return environment;
  }

  /// The file of each secret, as the compose file names it.
  Map<String, String> secrets() {
    var files = new TreeMap<String, String>();
    Map<String, Map<String, String>> all = part(file, "secrets");
    all.forEach((name, secret) -> files.put(name, secret.getOrDefault("file", "")));
    return files;
  }

  /// Where a service sees each of its secrets, and the file it is.
  Map<String, String> mounts(String service) {
    var mounts = new TreeMap<String, String>();
    for (Object secret : list(service(service), "secrets")) {
      String source = secret instanceof Map<?, ?> one ? one.get("source") + "" : secret + "";
      String target = secret instanceof Map<?, ?> one ? one.get("target") + "" : source;
      mounts.put(MOUNT + target, Objects.requireNonNull(secrets().get(source), source));
    }
    return mounts;
  }

  /// What a service reads of this folder instead of its mounts.
  Map<String, String> environment(String service, Path secrets) {
    var mounts = mounts(service);
    var environment = environment(service);
    environment.replaceAll((name, value) ->
        value.startsWith(MOUNT)
            ? secrets
                .resolve(Objects.requireNonNull(mounts.get(value), name).replace("./secrets/", ""))
                .toString()
            : value);
    return environment;
  }

  List<String> ports(String service) {
    return list(service(service), "ports").stream().map(String::valueOf).toList();
  }

  @SuppressWarnings("unchecked")
  static <T> T part(Map<String, Object> of, String name) {
    return (T) of.getOrDefault(name, Map.of());
  }

  private static List<Object> list(Map<String, Object> of, String name) {
    return new ArrayList<>((List<?>) of.getOrDefault(name, List.of()));
  }
}
