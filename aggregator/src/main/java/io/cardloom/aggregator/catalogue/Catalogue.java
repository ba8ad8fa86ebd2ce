package io.cardloom.aggregator.catalogue;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.cardloom.aggregator.catalogue.Schemas.Side;
import io.cardloom.proto.Effect;
import io.cardloom.proto.OptionsProto;
import io.cardloom.proto.Permission;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Every tool of the contracts, by name. Compiled once at start; a contract that does not make a
/// good tool stops it.
public final class Catalogue {
  /// Longest tool name, in characters: several model APIs refuse longer ones.
  private static final int NAME_CHARS_MAX = 64;

  /// Largest definition of one tool, in bytes: an agent pays for it in every conversation.
  private static final int TOOL_BYTES_MAX = 3 * 1024;

  /// Largest list of all tools, in bytes.
  private static final int LIST_BYTES_MAX = 48 * 1024;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  private final Map<String, Tool> byName = new TreeMap<>();

  private final Schemas schemas;

  private Catalogue(Schemas schemas) {
    this.schemas = schemas;
  }

  /// Compiles the tools of all services of `contracts`. Throws [BrokenCatalogue], naming the tool
  /// or rpc.
  public static Catalogue compile(Collection<FileDescriptor> contracts, Comments comments) {
    var catalogue = new Catalogue(new Schemas(comments));
    for (var contract : contracts) {
      for (var service : contract.getServices()) {
        for (var rpc : service.getMethods()) catalogue.add(rpc, comments);
      }
    }
    int bytes = bytes(ToolJson.list(catalogue.tools(), ToolJson.Form.FULL));
    if (bytes > LIST_BYTES_MAX) {
      throw new BrokenCatalogue(
          "the list of tools has " + bytes + " bytes; at most " + LIST_BYTES_MAX + " are allowed");
    }
    return catalogue;
  }

  /// All tools, sorted by name.
  public Collection<Tool> tools() {
    return byName.values();
  }

  public @Nullable Tool find(String name) {
    return byName.get(name);
  }

  /// Names of all tools, sorted.
  public Set<String> names() {
    return byName.keySet();
  }

  /// Bytes of each tool's definition, by name.
  Map<String, Integer> sizes() {
    var sizes = new LinkedHashMap<String, Integer>();
    for (var tool : tools())
      sizes.put(tool.name(), bytes(ToolJson.definition(tool, ToolJson.Form.FULL)));
    return sizes;
  }

  private void add(MethodDescriptor rpc, Comments comments) {
    var options = rpc.getOptions();
    boolean guarded =
        options.getExtension(OptionsProto.access) != Permission.PERMISSION_UNSPECIFIED;
    if (!options.hasExtension(OptionsProto.tool)) {
      if (!guarded) throw broken(rpc, "has neither the option cardloom.tool nor cardloom.access");
      return;
    }
    if (guarded) throw broken(rpc, "has both options, cardloom.tool and cardloom.access");
    var option = options.getExtension(OptionsProto.tool);
    String name = option.getName();
    if (name.length() > NAME_CHARS_MAX || !NAME.matcher(name).matches()) {
      throw broken(
          rpc, "names its tool '" + name + "': a-z, 0-9 and _ only, at most " + NAME_CHARS_MAX);
    }
    if (rpc.isClientStreaming() || rpc.isServerStreaming())
      throw broken(rpc, "streams; a tool is one call");
    String description = comments.of(rpc);
    if (description.isEmpty()) throw broken(name, "has no comment, which is what agents read");
    if (option.getTitle().isEmpty()) throw broken(name, "has no title");
    if (option.getPermission() == Permission.PERMISSION_UNSPECIFIED)
      throw broken(name, "has no permission");
    if (option.getPermission() == Permission.SERVICE)
      throw broken(name, "needs SERVICE, which no caller has");
    if (option.getEffect() == Effect.EFFECT_UNSPECIFIED) throw broken(name, "has no effect");
    var tool =
        new Tool(
            name,
            option.getTitle(),
            description,
            option.getEffect(),
            option.getPermission(),
            rpc,
            schemas.of(
                rpc.getInputType(), option.getEffect() == Effect.DRAFT ? Side.DRAFT : Side.INPUT),
            schemas.of(rpc.getOutputType(), Side.OUTPUT),
            app(name, option.getEffect()));
    int bytes = bytes(ToolJson.definition(tool, ToolJson.Form.FULL));
    if (bytes > TOOL_BYTES_MAX) {
      throw broken(
          name,
          "has a definition of " + bytes + " bytes; at most " + TOOL_BYTES_MAX + " are allowed");
    }
    if (byName.putIfAbsent(name, tool) != null) throw broken(name, "is declared twice");
  }

  /// Drafts share one page, a form; two reads have one of their own.
  private static String app(String tool, Effect effect) {
    if (effect == Effect.DRAFT) return "ui://cardloom/review.html";
    return switch (tool) {
      case "list_configuration" -> "ui://cardloom/graph.html";
      case "trace_entry_lifecycle" -> "ui://cardloom/timeline.html";
      default -> "";
    };
  }

  /// The tools that a person's form may submit to, by name: each shares its arguments with a draft
  /// tool. The schemas have every rule and word.
  public Map<String, String> forms() {
    var forms = new TreeMap<String, String>();
    drafts()
        .keySet()
        .forEach(name ->
            forms.put(
                name,
                schemas.of(Objects.requireNonNull(find(name)).rpc().getInputType(), Side.FORM)));
    return forms;
  }

  /// The draft tool of each tool that has one, by name.
  public Map<String, String> drafts() {
    var drafts = new TreeMap<String, String>();
    for (var draft : tools()) {
      if (draft.effect() != Effect.DRAFT) continue;
      for (var tool : tools()) {
        boolean pair =
            tool.effect() == Effect.CREATE
                && tool.rpc().getInputType().equals(draft.rpc().getInputType());
        if (pair) drafts.put(tool.name(), draft.name());
      }
    }
    return drafts;
  }

  private static BrokenCatalogue broken(MethodDescriptor rpc, String what) {
    return new BrokenCatalogue("rpc " + rpc.getFullName() + " " + what);
  }

  private static BrokenCatalogue broken(String tool, String what) {
    return new BrokenCatalogue("tool " + tool + " " + what);
  }

  private static int bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8).length;
  }
}
