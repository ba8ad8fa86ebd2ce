package io.cardloom.kit.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.testing.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Users and roles are the server's: every test makes its own and removes them, with a database of
/// its own where users are no superusers.
final class RolesTest {
  private final String name = "r" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  private final List<String> undo = new ArrayList<>();

  private static Connection administrator() throws SQLException {
    return DriverManager.getConnection(TestServers.postgresUrl(), "postgres", "");
  }

  private static void run(List<String> statements) throws SQLException {
    try (var connection = administrator();
        var statement = connection.createStatement()) {
      for (String one : statements) statement.execute(one);
    }
  }

  @AfterEach
  void removeAll() throws SQLException {
    run(undo.reversed());
  }

  /// A database of a user with these rights.
  private String databaseOf(String user, String rights) throws SQLException {
    run(
        List.of(
            "CREATE ROLE " + user + " LOGIN " + rights,
            "CREATE DATABASE " + name + " OWNER " + user));
    undo.add("DROP ROLE IF EXISTS " + user);
    undo.add("DROP ROLE IF EXISTS cardloom_" + name);
    undo.add("DROP ROLE IF EXISTS cardloom_" + name + "_everyone");
    undo.add("DROP DATABASE " + name + " WITH (FORCE)");
    return TestServers.postgresUrl().replaceFirst("/[^/?]+(\\?|$)", "/" + name + "$1");
  }

  private static List<String> boxes(Tx tx) {
    return texts(tx, "SELECT label AS text FROM box");
  }

  private static List<String> texts(Tx tx, String query) {
    return tx.list(query, row -> row.column("text").getString());
  }

  private static void works(DbConfig config) {
    try (Db db = Db.open(config, "db/kit", "db/lock")) {
      db.useTx("acme", tx -> tx.update("INSERT INTO box VALUES ('acme', 'a', 'red')"));
      db.useTx("other", tx -> tx.update("INSERT INTO box VALUES ('other', 'a', 'red')"));
      List<String> own = db.inTx("acme", RolesTest::boxes);
      List<String> all = db.acrossTenants(RolesTest::boxes);
      assertThat(own).hasSize(1);
      assertThat(all).hasSize(2);
      db.useTx(tx -> tx.asOwner(owner -> owner.execute("CREATE TABLE made (id int)")));
      db.useTx("acme", tx -> tx.update("INSERT INTO made VALUES (1)"));
      String role = db.inTx("acme", tx -> texts(tx, "SELECT current_user AS text")).getFirst();
      assertThat(role).isEqualTo(config.role());
    }
  }

  @Test
  void aUserWhoMayMakeRolesNeedsNothingElse() throws SQLException {
    var config = new DbConfig(databaseOf(name, "CREATEROLE"), name, "", name, 4);
    works(config);
    // And again, where all is there: rows of migrations to come are reached in spite of the lock.
    try (Db db = Db.open(config, "db/kit", "db/lock", "db/late")) {
      List<String> all = db.acrossTenants(RolesTest::boxes);
      assertThat(all).containsExactly("relabelled", "relabelled");
    }
  }

  @Test
  void aUserWhoMayNotMakeRolesIsToldWhatAnAdministratorHasToRun() throws SQLException {
    var config = new DbConfig(databaseOf(name, ""), name, "", name, 4);
    for (String role : Roles.of(config).all()) {
      String create = "CREATE ROLE " + role + " NOLOGIN";
      String grant = "GRANT " + role + " TO " + name + " WITH INHERIT FALSE, SET TRUE";
      assertThatThrownBy(() -> Db.open(config, "db/kit"))
          .hasMessageContaining(create + "; " + grant);
      run(List.of(create, grant));
    }
    works(config);
  }

  @Test
  void aRoleThatGetsAroundPoliciesIsRefused() throws SQLException {
    undo.add("DROP ROLE " + name);
    for (String right : List.of("BYPASSRLS", "SUPERUSER", "LOGIN")) {
      run(List.of("CREATE ROLE " + name + " " + right));
      var config = new DbConfig(TestServers.postgresUrl(), "postgres", "", "none_" + name, 4, name);
      assertThatThrownBy(() -> Db.open(config, "db/kit")).hasMessageContaining("db.role");
      run(List.of("DROP ROLE " + name));
    }
    run(List.of("CREATE ROLE " + name));
  }

  /// Each in a database of its own, where no lock of PostgreSQL reaches from one to the other.
  @Test
  void servicesThatStartForTheFirstTimeAtOnceMakeTheRolesTogether() throws Exception {
    var roles = new Roles(name, name + DbConfig.EVERYONE);
    int users = 6;
    for (int i = 0; i < users; i++) {
      run(List.of("CREATE ROLE " + name + i + " LOGIN SUPERUSER"));
      undo.add("DROP ROLE " + name + i);
    }
    undo.add("DROP ROLE " + roles.service());
    undo.add("DROP ROLE " + roles.everyone());
    var together = new CyclicBarrier(users);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var starts = new ArrayList<java.util.concurrent.Future<?>>();
      for (int i = 0; i < users; i++) {
        String database = i % 2 == 0 ? "postgres" : "template1";
        String user = name + i;
        starts.add(
            threads.submit(() -> {
              String url =
                  TestServers.postgresUrl().replaceFirst("/[^/?]+(\\?|$)", "/" + database + "$1");
              try (var connection = DriverManager.getConnection(url, user, "")) {
                together.await();
                roles.make(connection);
              }
              return true;
            }));
      }
      for (var start : starts) start.get();
    }
  }
}
