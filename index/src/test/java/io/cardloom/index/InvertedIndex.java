package io.cardloom.index;

import io.cardloom.kit.db.Tx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Arrays;

/// An index whose collections are inverted from the beginning, as others are once they are loaded.
final class InvertedIndex {
  private InvertedIndex() {}

  static DocumentIndex of(DocumentIndex index) {
    return (DocumentIndex)
        Proxy.newProxyInstance(
            DocumentIndex.class.getClassLoader(),
            new Class<?>[] {DocumentIndex.class},
            (_, method, arguments) -> {
              try {
                Object result = method.invoke(index, arguments);
                if (method.getName().equals("define")) invert(arguments);
                return result;
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  private static void invert(Object[] arguments) throws SQLException {
    if (!new Shapes().invert((Tx) arguments[0], (CollectionId) arguments[1])) {
      throw new IllegalStateException("not defined: " + Arrays.toString(arguments));
    }
  }
}
