package io.cardloom.aggregator.catalogue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.cardloom.aggregator.codec.EnumWords;
import io.cardloom.aggregator.codec.Shapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Writes `docs/tools.md` from the catalogue: `main` takes the file's path.
public final class ToolsPage {
  private final Comments comments;
  private final StringBuilder page = new StringBuilder();

  private ToolsPage(Comments comments) {
    this.comments = comments;
  }

  public static void main(String[] args) throws IOException {
    Files.writeString(Path.of(args[0]), text());
  }

  /// The page as Markdown.
  public static String text() {
    var comments = Comments.onClassPath();
    return new ToolsPage(comments).write(Catalogue.compile(Contracts.ALL, comments));
  }

  private String write(Catalogue catalogue) {
    page.append("# Tools\n\n");
    page.append("Generated from the comments and options in `proto/`; edit them there.\n\n");
    page.append("| tool | effect | permission | what it does |\n| --- | --- | --- | --- |\n");
    for (var tool : catalogue.tools()) {
      row(tool);
    }
    for (var tool : catalogue.tools()) {
      page.append("\n## ")
          .append(tool.name())
          .append("\n\n")
          .append(tool.description())
          .append('\n');
      fields("Arguments", tool.rpc().getInputType());
      fields("Answer", tool.rpc().getOutputType());
    }
    return page.toString();
  }

  private void row(Tool tool) {
    page.append("| [").append(tool.name()).append("](#").append(tool.name()).append(") | ");
    page.append(tool.effect().name().replace("_EFFECT", ""))
        .append(" | ")
        .append(tool.permission())
        .append(" | ");
    page.append(tool.description().lines().findFirst().orElse("")).append(" |\n");
  }

  private void fields(String title, Descriptor message) {
    if (message.getFields().isEmpty()) {
      page.append("\n").append(title).append(": none.\n");
      return;
    }
    page.append("\n").append(title).append(":\n\n");
    list(message, "", new HashSet<>());
  }

  /// One line a field, a message's own fields below it; a message that was listed before is only
  /// named.
  private void list(Descriptor message, String indent, Set<Descriptor> listed) {
    for (var field : message.getFields()) {
      page.append(indent)
          .append("- `")
          .append(field.getJsonName())
          .append("` ")
          .append(type(field));
      if (Limits.required(field)) page.append(", required");
      String comment = comments.of(field);
      if (!comment.isEmpty()) page.append(". ").append(comment);
      page.append('\n');
      var inner = message(field);
      if (inner != null && listed.add(inner)) list(inner, indent + "  ", listed);
    }
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) return "map of " + type(field.getMessageType().findFieldByNumber(2));
    return field.isRepeated() ? "list of " + one(field) : one(field);
  }

  private static String one(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> "text";
      case BYTE_STRING -> "base64 text";
      case BOOLEAN -> "boolean";
      case INT, LONG -> "integer";
      case FLOAT, DOUBLE -> "number";
      case ENUM -> String.join(" \\| ", new EnumWords(field.getEnumType()).words());
      case MESSAGE ->
          Shapes.isJson(field.getMessageType()) ? "any JSON" : field.getMessageType().getName();
    };
  }

  private static @org.jspecify.annotations.Nullable Descriptor message(FieldDescriptor field) {
    if (field.isMapField() || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) return null;
    return Shapes.isJson(field.getMessageType()) ? null : field.getMessageType();
  }
}
