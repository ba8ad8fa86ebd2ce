package io.cardloom.aggregator.catalogue;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.cardloom.proto.Effect;
import io.cardloom.proto.OptionsProto;
import io.cardloom.proto.Permission;
import io.cardloom.proto.Tool;
import java.util.List;
import java.util.stream.Stream;

/// A contract with one mistake that must stop the start.
///
/// @param names what the message names
/// @param why a part of what it says
record BrokenContract(
    String names, String why, String comment, MethodOptions options, MethodOptions second) {
  private static final String COMMENT = " Does it.\n";
  private static final MethodOptions NONE = MethodOptions.getDefaultInstance();
  private static final MethodOptions GUARDED =
      MethodOptions.newBuilder().setExtension(OptionsProto.access, Permission.SERVICE).build();

  static BrokenContract none() {
    return new BrokenContract("", "", COMMENT, tool(good()), GUARDED);
  }

  /// Without a mistake: a draft and the tool it is for.
  static BrokenContract pair() {
    return new BrokenContract(
        "",
        "",
        COMMENT,
        tool(good().setName("draft_it").setEffect(Effect.DRAFT)),
        tool(good().setName("create_it").setEffect(Effect.CREATE)));
  }

  static Stream<BrokenContract> all() {
    return Stream.of(
        new BrokenContract("do_it", "no comment", "", tool(good()), GUARDED),
        new BrokenContract(
            "do_it", "no permission", COMMENT, tool(good().clearPermission()), GUARDED),
        new BrokenContract(
            "do_it", "SERVICE", COMMENT, tool(good().setPermission(Permission.SERVICE)), GUARDED),
        new BrokenContract("do_it", "no effect", COMMENT, tool(good().clearEffect()), GUARDED),
        new BrokenContract("do_it", "no title", COMMENT, tool(good().clearTitle()), GUARDED),
        new BrokenContract(
            "do_it", "3072 are allowed", " " + "Words. ".repeat(500), tool(good()), GUARDED),
        new BrokenContract("do_it", "declared twice", COMMENT, tool(good()), tool(good())),
        new BrokenContract(
            "test.Things.First", "names its tool", COMMENT, tool(good().setName("Do-it")), GUARDED),
        new BrokenContract(
            "test.Things.First",
            "names its tool",
            COMMENT,
            tool(good().setName("a".repeat(65))),
            GUARDED),
        new BrokenContract(
            "test.Things.First", "names its tool", COMMENT, tool(good().clearName()), GUARDED),
        new BrokenContract("test.Things.Second", "neither", COMMENT, tool(good()), NONE),
        new BrokenContract(
            "test.Things.First",
            "both",
            COMMENT,
            tool(good()).toBuilder().setExtension(OptionsProto.access, Permission.SERVICE).build(),
            GUARDED));
  }

  private static Tool.Builder good() {
    return Tool.newBuilder()
        .setName("do_it")
        .setTitle("Do it")
        .setEffect(Effect.READ)
        .setPermission(Permission.DATA_READ);
  }

  private static MethodOptions tool(Tool.Builder tool) {
    return MethodOptions.newBuilder().setExtension(OptionsProto.tool, tool.build()).build();
  }

  List<FileDescriptor> files() {
    try {
      return List.of(
          FileDescriptor.buildFrom(proto(), new FileDescriptor[] {OptionsProto.getDescriptor()}));
    } catch (DescriptorValidationException wrong) {
      throw new IllegalStateException(wrong);
    }
  }

  Comments comments() {
    return new Comments(FileDescriptorSet.newBuilder().addFile(proto()).build());
  }

  private FileDescriptorProto proto() {
    var text =
        FieldDescriptorProto.newBuilder()
            .setName("text")
            .setNumber(1)
            .setType(FieldDescriptorProto.Type.TYPE_STRING)
            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
    return FileDescriptorProto.newBuilder()
        .setName("test.proto")
        .setPackage("test")
        .setSyntax("proto3")
        .addDependency(OptionsProto.getDescriptor().getName())
        .addMessageType(DescriptorProto.newBuilder().setName("Thing").addField(text))
        .addService(
            ServiceDescriptorProto.newBuilder()
                .setName("Things")
                .addMethod(method("First", options))
                .addMethod(method("Second", second)))
        .setSourceCodeInfo(
            SourceCodeInfo.newBuilder().addLocation(comment(0)).addLocation(comment(1)))
        .build();
  }

  private Location comment(int method) {
    return Location.newBuilder()
        .addAllPath(List.of(6, 0, 2, method))
        .setLeadingComments(comment)
        .build();
  }

  private static MethodDescriptorProto method(String name, MethodOptions options) {
    return MethodDescriptorProto.newBuilder()
        .setName(name)
        .setInputType(".test.Thing")
        .setOutputType(".test.Thing")
        .setOptions(options)
        .build();
  }

  @Override
  public String toString() {
    return names + " " + why;
  }
}
