package io.cardloom.aggregator.catalogue;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The comments of the contracts, by full name. Generated classes have none, so they come from the
/// descriptor set that the contracts' build writes beside them.
public final class Comments {
  private static final String RESOURCE = "META-INF/cardloom/descriptors.binpb";

  private final Map<String, String> byName = new HashMap<>();

  Comments(FileDescriptorSet set) {
    set.getFileList().forEach(this::file);
  }

  /// Reads the set from the class path. Throws [BrokenCatalogue] where it is not there.
  public static Comments onClassPath() {
    try (var in = Comments.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      if (in == null) throw new BrokenCatalogue("there is no " + RESOURCE + " on the class path");
      return new Comments(FileDescriptorSet.parseFrom(in));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(RESOURCE + " cannot be read", unreadable);
    }
  }

  /// The comment of a service, method, message, field or enum: lines joined, paragraphs kept; empty
  /// where there is none.
  public String of(GenericDescriptor descriptor) {
    return byName.getOrDefault(descriptor.getFullName(), "");
  }

  private void file(FileDescriptorProto file) {
    Map<List<Integer>, String> byPath = new HashMap<>();
    for (Location location : file.getSourceCodeInfo().getLocationList()) {
      String text =
          location.hasLeadingComments()
              ? location.getLeadingComments()
              : location.getTrailingComments();
      if (!text.isBlank()) byPath.put(location.getPathList(), prose(text));
    }
    String scope = file.getPackage();
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      message(
          byPath,
          List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i),
          scope,
          file.getMessageType(i));
    }
    for (int i = 0; i < file.getEnumTypeCount(); i++) {
      enumeration(
          byPath,
          List.of(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i),
          scope,
          file.getEnumType(i));
    }
    for (int i = 0; i < file.getServiceCount(); i++) {
      var service = file.getService(i);
      List<Integer> path = List.of(FileDescriptorProto.SERVICE_FIELD_NUMBER, i);
      put(byPath, path, scope, service.getName());
      for (int j = 0; j < service.getMethodCount(); j++) {
        put(
            byPath,
            under(path, 2, j),
            scope + "." + service.getName(),
            service.getMethod(j).getName());
      }
    }
  }

  private void message(
      Map<List<Integer>, String> byPath,
      List<Integer> path,
      String scope,
      DescriptorProto message) {
    put(byPath, path, scope, message.getName());
    String inner = scope + "." + message.getName();
    for (int i = 0; i < message.getFieldCount(); i++) {
      put(
          byPath,
          under(path, DescriptorProto.FIELD_FIELD_NUMBER, i),
          inner,
          message.getField(i).getName());
    }
    for (int i = 0; i < message.getNestedTypeCount(); i++) {
      message(
          byPath,
          under(path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, i),
          inner,
          message.getNestedType(i));
    }
    for (int i = 0; i < message.getEnumTypeCount(); i++) {
      enumeration(
          byPath,
          under(path, DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i),
          inner,
          message.getEnumType(i));
    }
  }

  /// Constants are kept below their enum, the way descriptors name them in Java.
  private void enumeration(
      Map<List<Integer>, String> byPath,
      List<Integer> path,
      String scope,
      EnumDescriptorProto type) {
    put(byPath, path, scope, type.getName());
    for (int i = 0; i < type.getValueCount(); i++) {
      put(
          byPath,
          under(path, EnumDescriptorProto.VALUE_FIELD_NUMBER, i),
          scope + "." + type.getName(),
          type.getValue(i).getName());
    }
  }

  private void put(
      Map<List<Integer>, String> byPath, List<Integer> path, String scope, String name) {
    String text = byPath.get(path);
    if (text != null) byName.put(scope + "." + name, text);
  }

  private static List<Integer> under(List<Integer> path, int kind, int index) {
    var longer = new ArrayList<>(path);
    longer.add(kind);
    longer.add(index);
    return longer;
  }

  private static String prose(String comment) {
    return java.util.Arrays.stream(comment.strip().split("\n\\s*\n"))
        .map(paragraph -> paragraph.lines().map(String::strip).collect(Collectors.joining(" ")))
        .collect(Collectors.joining("\n\n"));
  }
}
