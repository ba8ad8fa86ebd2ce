package io.cardloom.local.isolation;

import build.buf.validate.ValidateProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import io.cardloom.aggregator.codec.MessageWriter;
import io.cardloom.aggregator.codec.Shapes;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.OptionsProto;
import io.cardloom.proto.Permission;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Calls any method of any service, by the descriptors that the contracts are built into.
final class Grpc implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final String DESCRIPTORS = "/META-INF/cardloom/descriptors.binpb";

  /// An object in Base64, which begins with a brace and a quotation mark.
  private static final Pattern DOCUMENT = Pattern.compile("eyJ[A-Za-z0-9+/]*={0,2}");

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<String, Peer> peers = new LinkedHashMap<>();
  private final MessageWriter writer = new MessageWriter(new Shapes());

  /// A method and a service that has it.
  record Served(String service, MethodDescriptor method) {
    String name() {
      return service + " " + method.getFullName();
    }

    /// Whether it is for whoever runs Cardloom, who is of no workspace.
    boolean operators() {
      return method.getOptions().getExtension(OptionsProto.access) == Permission.OPERATOR;
    }
  }

  Grpc(Installation installation) {
    installation
        .services()
        .forEach((name, service) ->
            peers.put(
                name,
                Peer.open(name, Installation.target(service), TestKeys.signer("aggregator"))));
  }

  /// Services of the contracts that are reached by gRPC: those that the aggregator answers itself
  /// are tools only.
  static List<String> services() {
    return contracts().stream()
        .flatMap(file -> file.getServices().stream())
        .map(service -> service.getFullName())
        .filter(name -> !name.startsWith("cardloom.aggregator."))
        .toList();
  }

  /// Every method of the contracts with every service that has it.
  List<Served> served(Caller caller) {
    var served = new ArrayList<Served>();
    for (FileDescriptor file : contracts()) {
      for (var service : file.getServices()) {
        for (MethodDescriptor method : service.getMethods()) {
          for (String peer : peers.keySet()) {
            var one = new Served(peer, method);
            if (!unknown(one, caller)) served.add(one);
          }
        }
      }
    }
    return served;
  }

  private boolean unknown(Served served, Caller caller) {
    try {
      var _ =
          call(served, caller, DynamicMessage.getDefaultInstance(served.method().getInputType()));
      return false;
    } catch (StatusRuntimeException failure) {
      return failure.getStatus().getCode() == Status.Code.UNIMPLEMENTED;
    }
  }

  private static List<FileDescriptor> contracts() {
    var registry = ExtensionRegistry.newInstance();
    ValidateProto.registerAllExtensions(registry);
    OptionsProto.registerAllExtensions(registry);
    try (InputStream in =
        Objects.requireNonNull(Grpc.class.getResourceAsStream(DESCRIPTORS), DESCRIPTORS)) {
      var built = new LinkedHashMap<String, FileDescriptor>();
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in, registry).getFileList()) {
        var imports =
            file.getDependencyList().stream()
                .map(name -> Objects.requireNonNull(built.get(name), name))
                .toArray(FileDescriptor[]::new);
        built.put(file.getName(), FileDescriptor.buildFrom(file, imports));
      }
      return List.copyOf(built.values());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (DescriptorValidationException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /// The answer, or how the call was refused, as JSON.
  JsonNode ask(Served served, Caller caller, DynamicMessage request) {
    var peer = Objects.requireNonNull(peers.get(served.service()));
    try {
      DynamicMessage answer = peer.call(() -> call(served, caller, request));
      return readable(Mcp.JSON.readTree(writer.bytes(answer)));
    } catch (ProblemException refused) {
      var told = NODES.objectNode();
      told.set("refused", Mcp.JSON.readTree(writer.bytes(refused.problem().toPb())));
      return told;
    }
  }

  /// With documents that are bytes of the contract as the JSON they are, so that names in them are
  /// seen.
  private static JsonNode readable(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        for (var one : List.copyOf(object.properties())) {
          object.set(one.getKey(), readable(one.getValue()));
        }
        yield object;
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) array.set(i, readable(array.get(i)));
        yield array;
      }
      case JsonNode text when text.isString() && DOCUMENT.matcher(text.asString()).matches() ->
          NODES.stringNode(
              new String(Base64.getDecoder().decode(text.asString()), StandardCharsets.UTF_8));
      default -> node;
    };
  }

  private DynamicMessage call(Served served, Caller caller, DynamicMessage request) {
    MethodDescriptor method = served.method();
    var rpc =
        io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
            .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(
                io.grpc.MethodDescriptor.generateFullMethodName(
                    method.getService().getFullName(), method.getName()))
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
            .setResponseMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
            .build();
    var peer = Objects.requireNonNull(peers.get(served.service()));
    return ClientCalls.blockingUnaryCall(peer.as(caller, WAIT), rpc, CallOptions.DEFAULT, request);
  }

  /// Whether a method changes nothing, by its name.
  static boolean reads(MethodDescriptor method) {
    return method.getName().matches("(Search|List|Get|Describe|Scan|Draft|Query|Trace|Whoami).*");
  }

  @Override
  public void close() {
    peers.values().forEach(Peer::close);
  }
}
