package io.cardloom.kit.db;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;

/// A connection that only its transaction may end: whoever borrows it cannot close, commit or roll
/// back.
///
/// DbClient closes the connection after a failed query and sets autocommit on `execute()`; either
/// would commit half the work.
final class Guard {
  private Guard() {}

  static Connection of(Connection connection, Reach reach) {
    return (Connection)
        Proxy.newProxyInstance(
            Guard.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "close" -> null;
                  case "setAutoCommit" -> {
                    if ((Boolean) arguments[0]) throw refused(method.getName());
                    yield null;
                  }
                  case "commit", "rollback" -> {
                    if (arguments == null) throw refused(method.getName());
                    Object nothing = forward(connection, method, arguments); // to a savepoint
                    reach.restore();
                    yield nothing;
                  }
                  default -> forward(connection, method, arguments);
                });
  }

  private static IllegalStateException refused(String method) {
    return new IllegalStateException(method + " belongs to the transaction, not to its work");
  }

  private static Object forward(
      Connection connection, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(connection, arguments);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }
}
