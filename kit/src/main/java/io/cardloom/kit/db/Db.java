package io.cardloom.kit.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.cardloom.kit.db.Reach.Whose;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.kit.run.StartWait;
import io.helidon.dbclient.DbClient;
import io.helidon.dbclient.jdbc.JdbcClientBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A service's database: one pool, one schema, work only in transactions.
public final class Db implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Db.class);
  private static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

  /// Times a transaction runs when it loses against another; each time has a little longer pause
  /// before it.
  private static final int TRIES_MAX = 6;

  /// Serialization failure, deadlock, and a key that another transaction inserted first.
  private static final Set<String> LOST_AGAINST_ANOTHER = Set.of("40001", "40P01", "23505");

  /// No such table, no such column.
  private static final Set<String> OTHER_TABLES = Set.of("42P01", "42703");

  /// A statement ran into its time limit, or was ended by someone who runs the database.
  private static final String ENDED_EARLY = "57014";

  private static final String DISK_FULL = "53100";

  /// A text with a NUL character: no row holds one, and none can be looked for.
  private static final String NOT_A_TEXT = "22021";

  /// What a caller should wait when the database is away or slow.
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /// What a caller should wait when somebody has to make room first.
  private static final Duration RETRY_AFTER_ROOM = Duration.ofSeconds(30);

  /// The migrations', and ours before and after them.
  private static final int MIGRATING_CONNECTIONS = 4;

  private final HikariDataSource pool;
  private final DbClient client;
  private final DbConfig config;
  private final Roles roles;

  /// Work inside a transaction.
  @FunctionalInterface
  public interface Work<T> {
    T run(Tx tx) throws Exception;
  }

  /// Work inside a transaction, without a result.
  @FunctionalInterface
  public interface Task {
    void run(Tx tx) throws Exception;
  }

  private Db(HikariDataSource pool, DbConfig config, Roles roles) {
    this.pool = pool;
    this.config = config;
    this.roles = roles;
    this.client = JdbcClientBuilder.create().connectionPool(CURRENT::get).build();
  }

  /// Brings the schema up to date with the migrations of the locations, such as `db/ingest`, locks
  /// its tables by tenant, and opens the pool, whose statements run as the service's role.
  public static Db open(DbConfig config, String... locations) {
    var roles = Roles.of(config);
    prepare(config, roles, locations);
    return new Db(pool(config, config.poolSize(), "role=" + roles.service()), config, roles);
  }

  private static void prepare(DbConfig config, Roles roles, String... locations) {
    try (var owner = pool(config, MIGRATING_CONNECTIONS, "cardloom.migrating=on");
        Connection connection = owner.getConnection()) {
      roles.make(connection);
      Flyway.configure()
          .dataSource(owner)
          .schemas(config.schema())
          .defaultSchema(config.schema())
          .locations(locations)
          .placeholderReplacement(false)
          // Kit, index and service number their migrations apart: a later one of kit comes when the
          // service has made its own.
          .outOfOrder(true)
          // An instance of the version before starts again after the next one's: those of kit
          // that it does not know have lower numbers than its own last one.
          .ignoreMigrationPatterns("*:future", "*:missing")
          .load()
          .migrate();
      TenantLock.lay(connection, roles);
    } catch (SQLException failure) {
      throw new IllegalStateException(
          "schema " + config.schema() + ": " + failure.getMessage(), failure);
    }
  }

  /// @param setting that every connection begins with, and goes back to
  private static HikariDataSource pool(DbConfig config, int connectionsMax, String setting) {
    var hikari = new HikariConfig();
    hikari.setJdbcUrl(config.url());
    hikari.setUsername(config.user());
    hikari.setPassword(config.password());
    hikari.setSchema(config.schema());
    hikari.setMaximumPoolSize(connectionsMax);
    hikari.setMinimumIdle(1);
    hikari.setPoolName(config.schema());
    hikari.setInitializationFailTimeout(1); // one try; the next one is ours
    hikari.setConnectionTimeout(15_000);
    hikari.addDataSourceProperty("reWriteBatchedInserts", "true");
    hikari.addDataSourceProperty("prepareThreshold", "3");
    hikari.addDataSourceProperty("ApplicationName", config.schema());
    hikari.addDataSourceProperty("stringtype", "unspecified");
    // Statements are planned for the tables as they are: a plan kept from when they were small
    // would read all of them
    // for every batch.
    hikari.addDataSourceProperty(
        "options",
        "-c plan_cache_mode=force_custom_plan -c search_path=%s,public -c %s"
            .formatted(config.schema(), setting));
    return StartWait.until("the database at " + config.url(), () -> new HikariDataSource(hikari));
  }

  /// Runs `work` in one transaction and returns its result; runs it again when it lost against
  /// another transaction. It reaches the rows of `tenant` and of no other.
  ///
  /// @param tenant of the verified caller, never of an argument
  /// @throws io.cardloom.kit.problem.ProblemException whatever the work throws comes out as it is
  ///   when unchecked
  public <T> T inTx(String tenant, Work<T> work) {
    return tried(new Whose.One(tenant), Optional.empty(), work);
  }

  /// As above, where no statement may take longer than `most`.
  public <T> T inTx(String tenant, Duration most, Work<T> work) {
    return tried(new Whose.One(tenant), Optional.of(most), work);
  }

  /// As above, but it reaches no tenant's rows: for what belongs to none, and for a worker that
  /// goes from tenant to tenant with [Tx#actFor].
  public <T> T inTx(Work<T> work) {
    return tried(new Whose.Nobody(), Optional.empty(), work);
  }

  /// As above, but it reads, changes and deletes rows of every tenant: only for a worker that looks
  /// for what is to be done, or forgets what is past its time. What is found is done with
  /// [Tx#actFor].
  public <T> T acrossTenants(Work<T> work) {
    return tried(new Whose.Everyone(), Optional.empty(), work);
  }

  private <T> T tried(Whose whose, Optional<Duration> most, Work<T> work) {
    var trust = new Trust(true);
    for (int tries = 1; ; tries++) {
      try {
        return once(whose, most, trust, work);
      } catch (Exception failure) {
        String state = state(failure);
        boolean lost = LOST_AGAINST_ANOTHER.contains(state);
        boolean outdated = failure instanceof Outdated || trust.used() && byWhatWas(failure, state);
        if (tries == TRIES_MAX || !(lost || outdated)) throw told(failure, state);
        if (lost) pause(tries);
        trust = new Trust(false);
      }
    }
  }

  /// Whether it may be the fault of what was remembered.
  private static boolean byWhatWas(Exception failure, String state) {
    return failure instanceof ProblemException || OTHER_TABLES.contains(state);
  }

  /// What a failed transaction means to the caller: a database that is away, too slow for the call
  /// or out of room is said so, the rest comes out as it is.
  private static RuntimeException told(Exception failure, String state) {
    if (failure instanceof SQLTransientConnectionException
        || state.startsWith("08")
        || state.startsWith("57P")) {
      log.warn("the database does not answer: {}", failure.getMessage());
      return new Problem.Unavailable("the database", RETRY_AFTER).exception();
    }
    if (state.equals(ENDED_EARLY)) {
      log.warn("a statement was ended: {}", failure.getMessage());
      return new Problem.NotNow(
              "It took longer than the call may last; nothing was stored. Try again, or ask for less"
                  + " at once.",
              RETRY_AFTER)
          .exception();
    }
    if (state.equals(DISK_FULL)) {
      log.error("the database's disk is full: {}", failure.getMessage());
      return new Problem.NotNow(
              "The database's disk is full; nothing was stored. Once whoever runs it has made room,"
                  + " the same call works.",
              RETRY_AFTER_ROOM)
          .exception();
    }
    if (state.equals(NOT_A_TEXT)) {
      return new Problem.Invalid(
              List.of(
                  Violation.of(
                      "",
                      "bad_character",
                      "A text holds a NUL character, which cannot be stored or looked for.")))
          .exception();
    }
    return failure instanceof RuntimeException passedOn
        ? passedOn
        : new IllegalStateException("transaction: " + failure.getMessage(), failure);
  }

  /// As [#inTx(String, Work)], without a result.
  public void useTx(String tenant, Task task) {
    inTx(
        tenant,
        tx -> {
          task.run(tx);
          return true;
        });
  }

  /// As [#inTx(Work)], without a result.
  public void useTx(Task task) {
    inTx(tx -> {
      task.run(tx);
      return true;
    });
  }

  private <T> T once(Whose whose, Optional<Duration> most, Trust trust, Work<T> work)
      throws Exception {
    if (CURRENT.isBound()) {
      throw new IllegalStateException("a transaction is open on this thread");
    }
    try (Connection connection = pool.getConnection()) {
      Reach reach = Reach.of(connection, roles, whose, most);
      Connection guarded = Guard.of(connection, reach);
      try {
        T result =
            ScopedValue.where(CURRENT, guarded)
                .call(() -> work.run(new Tx(client::transaction, guarded, reach, trust)));
        if (reach.begun()) connection.commit();
        return result;
      } catch (Throwable failure) {
        if (reach.begun()) undo(connection, failure);
        throw failure;
      }
    }
  }

  private static void undo(Connection connection, Throwable failure) {
    try {
      connection.rollback();
    } catch (SQLException second) {
      failure.addSuppressed(second);
    }
  }

  /// A connection of its own outside the pool's transactions, for LISTEN. The caller closes it.
  public Connection dedicated() throws SQLException {
    return java.sql.DriverManager.getConnection(
        config.url()
            + (config.url().contains("?") ? "&" : "?")
            + "options=-c%20search_path="
            + config.schema()
            + "%20-c%20role="
            + roles.service(),
        config.user(),
        config.password());
  }

  /// Whether a connection can be had and answers.
  public boolean answers() {
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(2);
    } catch (SQLException failure) {
      log.warn("database does not answer: {}", failure.getMessage());
      return false;
    }
  }

  public String schema() {
    return config.schema();
  }

  /// Connections in use, for tests that no path leaks one.
  public int connectionsInUse() {
    return pool.getHikariPoolMXBean().getActiveConnections();
  }

  @Override
  public void close() {
    pool.close();
  }

  /// SQLSTATE of the failure or of what caused it; empty when there is none.
  private static String state(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) return sql.getSQLState();
    }
    return "";
  }

  private static void pause(int tries) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(5L * tries, 20L * tries));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted between two tries of a transaction");
    }
  }
}
