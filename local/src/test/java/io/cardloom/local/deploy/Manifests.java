package io.cardloom.local.deploy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The YAML documents of a folder and those below it, as JSON.
final class Manifests {
  private static final Gson GSON = new Gson();

  private Manifests() {}

  /// One document and where it stands.
  record Manifest(String file, JsonObject json) {
    String kind() {
      return text(json, "apiVersion") + "/" + text(json, "kind");
    }

    String name() {
      return text(json.getAsJsonObject("metadata"), "name");
    }

    boolean is(String kind) {
      return text(json, "kind").equals(kind);
    }

    @Override
    public String toString() {
      return file + ": " + text(json, "kind");
    }
  }

  static List<Manifest> read(Path folder) {
    var all = new ArrayList<Manifest>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".yaml")).sorted().toList()) {
        for (JsonObject document : parse(Files.readString(file))) {
          all.add(new Manifest(folder.relativize(file).toString(), document));
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return all;
  }

  /// A key that comes twice is refused, as the API server's strict reading does.
  static List<JsonObject> parse(String yaml) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    var documents = new ArrayList<JsonObject>();
    for (Object document : new Yaml(new SafeConstructor(options)).loadAll(yaml)) {
      documents.add(GSON.toJsonTree(document).getAsJsonObject());
    }
    return documents;
  }

  /// What is at a path such as `spec.template.metadata.labels`.
  static JsonElement at(JsonObject from, String path) {
    JsonElement here = from;
    for (String step : path.split("\\.")) {
      here = here.getAsJsonObject().get(step);
      if (here == null) throw new IllegalStateException("there is no " + path);
    }
    return here;
  }

  static Stream<JsonObject> objects(JsonElement array) {
    return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject);
  }

  static String text(JsonObject object, String member) {
    var value = object.get(member);
    if (value == null) throw new IllegalStateException("there is no " + member + " in " + object);
    return value.getAsString();
  }
}
