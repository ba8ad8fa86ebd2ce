package io.cardloom.kit.call;

import com.google.protobuf.Descriptors;
import io.cardloom.proto.OptionsProto;
import io.cardloom.proto.Permission;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What each rpc demands, read from its options in the contract. Default is deny: an rpc that
/// declares nothing stops the start.
public final class Access {
  private final Map<String, Permission> byMethod;

  private Access(Map<String, Permission> byMethod) {
    this.byMethod = Map.copyOf(byMethod);
  }

  static Access of(List<ServerServiceDefinition> services) {
    var permissions = new HashMap<String, Permission>();
    for (var service : services) {
      for (var method : service.getServiceDescriptor().getMethods()) {
        if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema)) {
          throw new IllegalStateException(method.getFullMethodName() + " has no contract");
        }
        permissions.put(method.getFullMethodName(), permission(schema.getMethodDescriptor()));
      }
    }
    return new Access(permissions);
  }

  /// The permission that the contract of `method` demands.
  ///
  /// @throws IllegalStateException when it declares none
  public static Permission permission(Descriptors.MethodDescriptor method) {
    var options = method.getOptions();
    Permission permission =
        options.hasExtension(OptionsProto.tool)
            ? options.getExtension(OptionsProto.tool).getPermission()
            : options.getExtension(OptionsProto.access);
    if (permission == Permission.PERMISSION_UNSPECIFIED || permission == Permission.UNRECOGNIZED) {
      throw new IllegalStateException(method.getFullName() + " declares no permission");
    }
    return permission;
  }

  /// What the method demands; a method without a contract was refused at the start.
  Permission of(String fullMethodName) {
    Permission permission = byMethod.get(fullMethodName);
    if (permission == null) throw new IllegalStateException("no permission for " + fullMethodName);
    return permission;
  }

  boolean knows(String fullMethodName) {
    return byMethod.containsKey(fullMethodName);
  }
}
