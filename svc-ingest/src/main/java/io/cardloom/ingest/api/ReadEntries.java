package io.cardloom.ingest.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportMode;
import io.cardloom.proto.ingest.v1.PropertyValue;
import io.cardloom.proto.ingest.v1.UnknownProperties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// Reads the body of an import: the arguments of import_data as one JSON object, or an entry a line
/// (NDJSON). Values stay the bytes they came as; only what is around them is looked at, and all
/// that is wrong with it is told at once. Used by one thread, once.
final class ReadEntries {
  /// Most entries of one request: as many as start_import takes.
  static final int ENTRIES_MAX = 50_000;

  /// Most violations looked for; a body that has more is refused with these.
  private static final int LOOKED_FOR_MAX = 1_000;

  private static final List<String> OPTIONS = List.of("unknownProperties", "mode", "dryRun");
  private static final List<String> MEMBERS =
      List.of("sourceId", "entries", "unknownProperties", "mode", "dryRun");
  private static final List<String> OF_ENTRY = List.of("id", "values", "properties", "delete");
  private static final List<String> OF_PROPERTY = List.of("id", "value", "language");

  /// NaN and the infinities are let through, so that they can be refused by name.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxStringLength(Bodies.BYTES_MAX)
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .build();

  private final byte[] body;
  private final ImportDataRequest.Builder request;
  private final Set<String> options = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();

  private ReadEntries(String sourceId, byte[] body) {
    this.body = body;
    this.request = ImportDataRequest.newBuilder().setSourceId(sourceId);
  }

  /// @param parameters of the URL: the options, as texts
  /// @throws ProblemException `Invalid` with every violation
  static ImportDataRequest json(String sourceId, Map<String, String> parameters, byte[] body) {
    var reading = new ReadEntries(sourceId, body);
    reading.parameters(parameters);
    reading.read(0, body.length, "", "The body", reading::members);
    return reading.done();
  }

  /// As [#json], an entry a line; empty lines are passed over.
  static ImportDataRequest lines(String sourceId, Map<String, String> parameters, byte[] body) {
    var reading = new ReadEntries(sourceId, body);
    reading.parameters(parameters);
    int number = 0;
    for (int from = 0; from < body.length && !reading.tooMany(); ) {
      int end = from;
      while (end < body.length && body[end] != '\n') end++;
      number++;
      if (!blank(body, from, end)) {
        String path = "entries[" + reading.request.getEntriesCount() + "]";
        reading.read(from, end - from, path, "Line " + number, in -> reading.entry(in, path));
      }
      from = end + 1;
    }
    return reading.done();
  }

  private static boolean blank(byte[] body, int from, int end) {
    for (int i = from; i < end; i++) {
      if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r') return false;
    }
    return true;
  }

  private boolean tooMany() {
    return request.getEntriesCount() > ENTRIES_MAX;
  }

  private ImportDataRequest done() {
    if (violations.isEmpty() && request.getEntriesCount() == 0) {
      add("entries", "required", "Give at least one entry.", "");
    }
    if (tooMany()) {
      add("entries", "too_many", "A request has at most " + ENTRIES_MAX + " entries.", "");
    }
    ProblemException.throwIfAny(violations);
    return request.build();
  }

  private void add(String path, String rule, String message, String got) {
    add(Violation.of(path, rule, message, got));
  }

  private void add(Violation violation) {
    violations.add(violation);
    if (violations.size() >= LOOKED_FOR_MAX) ProblemException.throwIfAny(violations);
  }

  private void parameters(Map<String, String> parameters) {
    parameters.forEach((name, value) -> {
      if (!OPTIONS.contains(name)) {
        unknown(name, name, OPTIONS, "parameter");
        return;
      }
      options.add(name);
      if (name.equals("dryRun")) {
        if (value.equals("true") || value.equals("false")) request.setDryRun(value.equals("true"));
        else wrong(name, value, "true or false");
      } else {
        word(name, value);
      }
    });
  }

  private void word(String name, String value) {
    String word = value.toUpperCase(Locale.ROOT);
    switch (name + " " + word) {
      case "mode MERGE" -> request.setMode(ImportMode.IMPORT_MODE_MERGE);
      case "mode REPLACE" -> request.setMode(ImportMode.IMPORT_MODE_REPLACE);
      case "unknownProperties REJECT" ->
          request.setUnknownProperties(UnknownProperties.UNKNOWN_PROPERTIES_REJECT);
      case "unknownProperties INFER" ->
          request.setUnknownProperties(UnknownProperties.UNKNOWN_PROPERTIES_INFER);
      default -> {
        var words = name.equals("mode") ? List.of("MERGE", "REPLACE") : List.of("REJECT", "INFER");
        add(
            new Violation(
                name,
                "unknown_value",
                name + " must be one of " + String.join(", ", words) + ".",
                value,
                words,
                Nearest.of(value, words)));
      }
    }
  }

  private interface Value {
    void read(JsonParser in);
  }

  /// Reads one JSON value that takes up a part of the body.
  ///
  /// @param what it is, for the sentence about one that is no JSON
  private void read(int from, int length, String path, String what, Value value) {
    ByteString part = UnsafeByteOperations.unsafeWrap(body, from, length);
    if (!part.isValidUtf8()) {
      add(path, "bad_encoding", what + " is not UTF-8.", "");
      return;
    }
    try (var in = JSON.createParser(ObjectReadContext.empty(), body, from, length)) {
      offset = from;
      if (in.nextToken() == null) {
        add(path, "bad_json", what + " is empty.", "");
        return;
      }
      value.read(in);
      if (in.nextToken() != null) {
        add(path, "bad_json", what + " goes on after its JSON value.", "");
      }
    } catch (JacksonException broken) {
      var at = broken.getLocation();
      String place = at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr();
      add(path, "bad_json", what + " is no JSON" + place + ": " + cut(broken) + ".", "");
    }
  }

  /// Where the value at hand begins in the body.
  private int offset;

  private static String cut(JacksonException broken) {
    String why = String.valueOf(broken.getOriginalMessage());
    return why.length() <= 200 ? why : why.substring(0, 200) + "…";
  }

  private void members(JsonParser in) {
    object(
        in,
        "",
        MEMBERS,
        name -> {
          switch (name) {
            case "entries" -> entries(in);
            case "sourceId" -> {
              String id = text(in, name);
              if (id != null && !id.equals(request.getSourceId())) {
                add(name, "mismatch", "The URL names another data source.", id);
              }
            }
            default -> option(in, name);
          }
        });
  }

  private void option(JsonParser in, String name) {
    if (in.currentToken() == JsonToken.VALUE_NULL) return;
    if (!options.add(name)) {
      add(name, "given_twice", name + " is given in the URL too.", "");
      in.skipChildren();
    } else if (name.equals("dryRun")) {
      Boolean flag = flag(in, name);
      if (flag != null) request.setDryRun(flag);
    } else {
      String value = text(in, name);
      if (value != null) word(name, value);
    }
  }

  private void entries(JsonParser in) {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      wrong("entries", got(in), "a list");
      return;
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (tooMany()) in.skipChildren();
      else entry(in, "entries[" + request.getEntriesCount() + "]");
    }
  }

  private void entry(JsonParser in, String path) {
    var entry = EntryInput.newBuilder();
    object(
        in,
        path,
        OF_ENTRY,
        name -> {
          String here = path + "." + name;
          switch (name) {
            case "id" -> {
              String id = text(in, here);
              if (id != null) entry.setId(id);
            }
            case "values" -> entry.setValues(json(in));
            case "delete" -> {
              Boolean flag = flag(in, here);
              if (flag != null) entry.setDelete(flag);
            }
            default -> properties(in, here, entry);
          }
        });
    // One that is refused keeps its place, so that the paths of later ones stay right.
    request.addEntries(entry);
  }

  private void properties(JsonParser in, String path, EntryInput.Builder entry) {
    if (in.currentToken() == JsonToken.VALUE_NULL) return;
    if (in.currentToken() != JsonToken.START_ARRAY) {
      wrong(path, got(in), "a list");
      return;
    }
    for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
      var property = PropertyValue.newBuilder();
      String here = path + "[" + i + "]";
      object(
          in,
          here,
          OF_PROPERTY,
          name -> {
            if (name.equals("value")) {
              property.setValue(json(in));
              return;
            }
            String text = text(in, here + "." + name);
            if (text == null) return;
            if (name.equals("id")) property.setId(text);
            else property.setLanguage(text);
          });
      entry.addProperties(property);
    }
  }

  private interface Member {
    void read(String name);
  }

  /// Reads an object; its members' values are at hand when they are asked for.
  private void object(JsonParser in, String path, List<String> known, Member member) {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      wrong(path, got(in), "an object");
      return;
    }
    var seen = new HashSet<String>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      String here = path.isEmpty() ? name : path + "." + name;
      if (!known.contains(name)) {
        unknown(here, name, known, "field");
        in.skipChildren();
      } else if (!seen.add(name)) {
        add(here, "given_twice", name + " is given twice.", "");
        in.skipChildren();
      } else {
        member.read(name);
      }
    }
  }

  private void unknown(String path, String name, List<String> known, String what) {
    String near = Nearest.of(name, known);
    add(
        new Violation(
            Violation.of("", "", "", path).got(),
            "unknown_" + what,
            "There is no such " + what + (near.isEmpty() ? "." : ". Did you mean " + near + "?"),
            name,
            known,
            near));
  }

  private @Nullable String text(JsonParser in, String path) {
    if (in.currentToken() == JsonToken.VALUE_STRING) return in.getString();
    if (in.currentToken() != JsonToken.VALUE_NULL) wrong(path, got(in), "a text");
    return null;
  }

  private @Nullable Boolean flag(JsonParser in, String path) {
    return switch (in.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> {
        wrong(path, got(in), "true or false");
        yield null;
      }
    };
  }

  private void wrong(String path, String got, String wanted) {
    String where = path.isEmpty() ? "The body" : path;
    add(
        new Violation(
            path, "wrong_type", where + " must be " + wanted + ".", got, List.of(wanted), ""));
  }

  private Json json(JsonParser in) {
    return Json.newBuilder().setUtf8(slice(in)).build();
  }

  /// The value at hand as it was written, for a person to recognise; moves to its last token.
  private String got(JsonParser in) {
    ByteString slice = slice(in);
    return slice
        .substring(0, Math.min(slice.size(), 4 * Violation.GOT_CHARS_MAX))
        .toString(StandardCharsets.UTF_8);
  }

  /// The bytes of the value at hand; moves to its last token.
  private ByteString slice(JsonParser in) {
    int start = offset + (int) in.currentTokenLocation().getByteOffset();
    if (in.currentToken().isStructStart()) in.skipChildren();
    else in.finishToken();
    int end = offset + (int) in.currentLocation().getByteOffset();
    return UnsafeByteOperations.unsafeWrap(body, start, end - start);
  }
}
