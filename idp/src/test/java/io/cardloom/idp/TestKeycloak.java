package io.cardloom.idp;

import io.cardloom.idp.realm.Examples;
import io.cardloom.idp.realm.KeycloakAdmin;
import io.cardloom.idp.realm.People.Person;
import io.cardloom.idp.realm.Role;
import io.cardloom.idp.server.KeycloakOptions;
import io.cardloom.idp.server.KeycloakServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// One Keycloak for all tests of this module, with the example people. It is started by the first
/// test that needs it, on an empty folder, and ended with the JVM.
public final class TestKeycloak {
  /// Where the aggregator would be. Nothing listens there.
  public static final String BASE = "http://127.0.0.1:9300";

  /// Password of everybody whom a test adds.
  public static final String PASSWORD = "correct-horse-battery";

  private static final AtomicInteger COUNT = new AtomicInteger();

  private TestKeycloak() {}

  private static final class Holder {
    static final KeycloakServer SERVER = start();
  }

  public static KeycloakServer server() {
    return Holder.SERVER;
  }

  public static KeycloakAdmin admin() {
    return server().admin();
  }

  /// Password of an example person.
  public static String password(String username) {
    String known = server().secrets().people().get(username);
    return known == null ? PASSWORD : known;
  }

  /// A resource as the aggregator names it.
  public static String resource(String workspace) {
    return BASE + "/" + workspace + "/mcp";
  }

  /// A workspace of this test alone; returns its safename.
  public static String newWorkspace() {
    int number = COUNT.incrementAndGet();
    return admin().workspaces().create("own-" + number, "Own " + number).safename();
  }

  /// A person of this test alone, with one role in each of these workspaces.
  public static String newPerson(Role role, String... workspaces) {
    String username = "person-" + COUNT.incrementAndGet();
    admin()
        .people()
        .add(new Person(username, username + "@cardloom.example", "Pat", "Person"), PASSWORD);
    for (String workspace : workspaces) {
      admin().people().setRoles(username, workspace, EnumSet.of(role));
    }
    return username;
  }

  private static KeycloakServer start() {
    try {
      Path data = Path.of("target", "keycloak").toAbsolutePath();
      delete(data);
      var server = KeycloakServer.start(KeycloakOptions.local(data, port(), port(), BASE));
      Examples.addTo(server.admin(), server.secrets().people());
      return server;
    } catch (IOException failure) {
      throw new IllegalStateException("Keycloak could not be started for the tests", failure);
    }
  }

  private static int port() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) return;
    KeycloakServer.stopOrphan(root);
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(root)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) Files.delete(path);
  }
}
