package io.cardloom.aggregator.call;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.MessageWriter;
import io.cardloom.aggregator.codec.RawUtf8;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Answers of a size that clients take: a larger one is cut between two items of its largest list,
/// and says so.
///
/// A page is asked for again, as short as fits, so that its `after` goes on where it ends. Where
/// that is not possible the list is cut, and `after`, which would pass over what was cut, is left
/// out.
final class Budget {
  /// Largest answer, in bytes. Clients show a model no more than some 100,000 characters, and it
  /// gets the JSON once as text.
  static final int ANSWER_BYTES_MAX = 60 * 1024;

  private final MessageWriter writer;

  Budget(MessageWriter writer) {
    this.writer = writer;
  }

  byte[] json(Message arguments, UnaryOperator<Message> ask) {
    Message answer = ask.apply(arguments);
    byte[] json = writer.bytes(answer);
    if (json.length <= ANSWER_BYTES_MAX) return json;
    var list = largest(answer);
    if (list == null) return json;
    int total = answer.getRepeatedFieldCount(list);
    int fit = fitting(answer, list);
    Message shorter = limited(arguments, fit);
    if (shorter != null && total > fit) {
      Message page = ask.apply(shorter);
      byte[] again = writer.bytes(page);
      int shown = page.getRepeatedFieldCount(list);
      if (again.length <= ANSWER_BYTES_MAX && shown > 0) {
        return told(page, list, shown, total, "Pass `after` to go on, or ask for fewer `fields`.");
      }
    }
    String how =
        shorter == null
            ? "Narrow it with the arguments of this tool."
            : "Ask for fewer `fields`, or for one at a time.";
    return told(cut(answer, list, fit), list, fit, total, how);
  }

  /// The list that takes most of an answer, or null where it has none with items.
  private @Nullable FieldDescriptor largest(Message answer) {
    FieldDescriptor largest = null;
    int most = 0;
    for (var field : answer.getDescriptorForType().getFields()) {
      if (!field.isRepeated() || field.isMapField()) continue;
      int bytes = 0;
      for (Object item : (List<?>) answer.getField(field)) bytes += size(item);
      if (bytes > most) {
        most = bytes;
        largest = field;
      }
    }
    return largest;
  }

  private static int size(Object item) {
    return item instanceof Message message ? message.getSerializedSize() : item.toString().length();
  }

  /// How many items fit.
  private int fitting(Message answer, FieldDescriptor list) {
    int low = 0;
    int high = answer.getRepeatedFieldCount(list);
    // Room for the note itself.
    int room = ANSWER_BYTES_MAX - 1024;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (writer.bytes(cut(answer, list, middle)).length <= room) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private static Message cut(Message answer, FieldDescriptor list, int items) {
    var builder = answer.toBuilder().clearField(list);
    for (int i = 0; i < items; i++)
      builder.addRepeatedField(list, answer.getRepeatedField(list, i));
    var after = answer.getDescriptorForType().findFieldByName("after");
    if (after != null && items < answer.getRepeatedFieldCount(list)) builder.clearField(after);
    return builder.build();
  }

  /// The same arguments for fewer items, where they can tell how many.
  private static @Nullable Message limited(Message arguments, int items) {
    for (String part : List.of("query", "page")) {
      var field = arguments.getDescriptorForType().findFieldByName(part);
      if (field == null || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) continue;
      Descriptor type = field.getMessageType();
      var limit = type.findFieldByName("limit");
      if (limit == null || items == 0) return null;
      var inner = ((Message) arguments.getField(field)).toBuilder().setField(limit, items).build();
      return arguments.toBuilder().setField(field, inner).build();
    }
    return null;
  }

  /// The answer with a member that says what is missing. A contract that has a flag of that name
  /// gets it set instead.
  private byte[] told(Message answer, FieldDescriptor list, int shown, int total, String how) {
    var flag = answer.getDescriptorForType().findFieldByName("truncated");
    if (flag != null) return writer.bytes(answer.toBuilder().setField(flag, true).build());
    byte[] json = writer.bytes(answer);
    byte[] note =
        JsonText.bytes(out -> {
          out.writeStartObject();
          out.writeStringProperty("list", list.getJsonName());
          out.writeNumberProperty("shown", shown);
          out.writeNumberProperty("total", total);
          out.writeStringProperty("how", how);
          out.writeEndObject();
        });
    var whole = RawUtf8.of(json).bytes();
    return whole
        .substring(0, json.length - 1)
        .concat(com.google.protobuf.ByteString.copyFromUtf8(",\"truncated\":"))
        .concat(com.google.protobuf.ByteString.copyFrom(note))
        .concat(whole.substring(json.length - 1))
        .toByteArray();
  }
}
