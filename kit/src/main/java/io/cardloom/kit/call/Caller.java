package io.cardloom.kit.call;

import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.Permission;
import io.grpc.Context;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/// Who calls, in which workspace, with what permission. Comes from a verified token, never from an
/// argument.
///
/// @param tenant the workspace's safename: leads every key and every WHERE
/// @param subject the person or application
/// @param permissions what it may do here; a role narrowed by the token's scopes
/// @param correlationId identifies this call in history, events and logs
public record Caller(
    String tenant, String subject, Set<Permission> permissions, String correlationId) {
  /// What a service may do on its own: it reads, and changes nothing of another.
  static final Set<Permission> OF_SERVICES =
      Set.of(Permission.SERVICE, Permission.MEMBER, Permission.CONFIG_READ, Permission.DATA_READ);

  static final Context.Key<Caller> KEY = Context.key("cardloom-caller");

  public Caller {
    permissions = Set.copyOf(permissions);
  }

  /// The caller of the running call.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `Unauthenticated` outside of one
  public static Caller current() {
    Caller caller = KEY.get();
    if (caller == null)
      throw new Problem.Unauthenticated("There is no verified caller.").exception();
    return caller;
  }

  /// Cardloom's own service acting in a workspace, for scans and lookups no person asked for.
  public static Caller service(String tenant, String service) {
    return new Caller(tenant, service, OF_SERVICES, UUID.randomUUID().toString());
  }

  /// Whoever runs the installation, at its command line, about one workspace.
  public static Caller operator(String tenant) {
    return new Caller(
        tenant, Keys.OPERATOR, Set.of(Permission.OPERATOR), UUID.randomUUID().toString());
  }

  /// The same caller where a service asks another one for them: what they may read.
  public Caller reading() {
    var read = new HashSet<>(permissions);
    read.retainAll(OF_SERVICES);
    return new Caller(tenant, subject, read, correlationId);
  }

  public Caller withCorrelation(String id) {
    return new Caller(tenant, subject, permissions, id);
  }
}
