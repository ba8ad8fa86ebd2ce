package io.cardloom.local.isolation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;

/// Names to put into arguments, in pairs: one for the tenant that is given the names of another
/// tenant, and what its twin is given in its place.
///
/// A name of the other tenant stands beside one that nobody has, and both are alike in length, in
/// order, and in what they are like: where the two tenants are answered differently, the one has
/// been told something. Names of the twins' own are the same, except for ids that are made up.
final class Names {
  /// Begins every name of the other tenant, and occurs nowhere else.
  static final String FOREIGN = "qzxb";

  /// The same for the names that nobody has.
  static final String NOBODYS = "qzxg";

  /// Begins the twins' own names.
  static final String OWN = "own";

  private static final Pattern UUIDS =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /// @param first for the tenant that meets names of another
  /// @param second for its twin
  record Name(String kind, String first, String second, boolean foreign) {}

  private final List<Name> all = new ArrayList<>();
  private final Map<String, List<Name>> byKind = new LinkedHashMap<>();

  /// What is not alike in both by its beginning.
  private final Map<String, String> pairs = new LinkedHashMap<>();

  /// A bound on what is learned from answers.
  private static final int LEARNED_MAX = 400;

  /// A name of the twins' own.
  void own(String kind, String name) {
    add(new Name(kind, name, name, false));
  }

  /// The same thing under the id that each of the twins knows it by.
  void learned(String kind, String first, String second) {
    if (first.isEmpty() || second.isEmpty() || pairs.containsKey(first)) return;
    if (byKind.getOrDefault(kind, List.of()).size() >= LEARNED_MAX) return;
    if (!first.equals(second)) pairs.put(first, second);
    add(new Name(kind, first, second, false));
  }

  /// A name of the other tenant.
  void foreign(String kind, String name) {
    if (name.isEmpty() || pairs.containsKey(name)) return;
    String nobodys = nobodys(name);
    if (nobodys.equals(name)) throw new IllegalArgumentException("not told from others: " + name);
    if (!name.contains(FOREIGN)) pairs.put(name, nobodys);
    add(new Name(kind, name, nobodys, true));
  }

  private void add(Name name) {
    // What is not alike by its beginning is not known again where a service makes another name of
    // it, as an identifier of a display name: it goes only where it belongs.
    if (name.first().equals(name.second()) || name.first().startsWith(FOREIGN)) all.add(name);
    byKind.computeIfAbsent(name.kind(), _ -> new ArrayList<>()).add(name);
  }

  /// A name like this one that nobody has.
  private static String nobodys(String name) {
    if (name.contains(FOREIGN)) return name.replace(FOREIGN, NOBODYS);
    if (UUIDS.matcher(name).matches()) return UUID.randomUUID().toString();
    return cursor(name);
  }

  /// A cursor with the names in it replaced, or with its last bytes turned round where it has none.
  private static String cursor(String text) {
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    String latin = new String(bytes, StandardCharsets.ISO_8859_1);
    String changed =
        UUIDS.matcher(latin.replace(FOREIGN, NOBODYS)).replaceAll(UUID.randomUUID().toString());
    if (changed.equals(latin)) {
      char last = latin.charAt(latin.length() - 1);
      changed = latin.substring(0, latin.length() - 1) + (char) (last ^ 1);
    }
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(changed.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static final List<String> KINDS =
      List.of(
          "source",
          "entry",
          "property",
          "definition",
          "destination",
          "version",
          "endpoint",
          "path",
          "import",
          "application",
          "subject");

  /// One for a field of this name: most often of the right kind, and more often than not another
  /// tenant's.
  Name pick(Random random, String field) {
    var kinds = kinds(field);
    List<Name> right =
        kinds.stream().flatMap(kind -> byKind.getOrDefault(kind, List.of()).stream()).toList();
    if (right.isEmpty() || random.nextInt(12) == 0) return all.get(random.nextInt(all.size()));
    boolean foreign = random.nextInt(20) < 11;
    var some = right.stream().filter(name -> name.foreign() == foreign).toList();
    var from = some.isEmpty() ? right : some;
    return from.get(random.nextInt(from.size()));
  }

  /// Whether a field of this name takes names.
  static boolean taken(String field) {
    return !kinds(field).isEmpty();
  }

  private static List<String> kinds(String field) {
    String name = field.toLowerCase(java.util.Locale.ROOT).replace("_", "");
    if (name.endsWith("s") && !name.endsWith("ss")) name = name.substring(0, name.length() - 1);
    return switch (name) {
      case "sourceid", "relatedsourceid", "resourceid" -> List.of("source");
      case "collectionid" -> List.of("source", "definition", "endpoint");
      case "entryid", "cardid", "key", "afterkey" -> List.of("entry");
      case "id" -> List.of("source", "entry", "property", "application");
      case "property", "propertyid", "field", "titleproperty", "propertyquery", "as" ->
          List.of("property");
      case "carddefinitionid" -> List.of("definition");
      case "destinationid" -> List.of("destination");
      case "identifier" -> List.of("definition", "destination", "property");
      case "apiversionid", "copyfrom", "apiversion" -> List.of("version");
      case "endpoint", "path" -> List.of("path");
      case "endpointid" -> List.of("endpoint");
      case "focusid" -> List.of("source", "definition", "destination", "version", "endpoint");
      case "importid" -> List.of("import");
      case "after" -> List.of("cursor");
      case "correlationid" -> List.of("correlation");
      case "applicationid" -> List.of("application");
      case "keyid" -> List.of("applicationKey");
      case "subject" -> List.of("subject");
      case "name", "query" -> List.of("metric", "definition", "source", "application");
      // The id of something that is new here.
      default -> name.endsWith("id") ? KINDS : List.of();
    };
  }

  /// What the twin is given in place of this text.
  String toTwin(String text) {
    String twin = text.replace(FOREIGN, NOBODYS);
    for (var pair : pairs.entrySet()) twin = twin.replace(pair.getKey(), pair.getValue());
    return twin;
  }

  /// What the twin was answered, in the words of the other.
  String fromTwin(String text) {
    String first = text.replace(NOBODYS, FOREIGN);
    for (var pair : pairs.entrySet()) first = first.replace(pair.getValue(), pair.getKey());
    return first;
  }
}
