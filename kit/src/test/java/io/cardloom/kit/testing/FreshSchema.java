package io.cardloom.kit.testing;

import io.cardloom.kit.db.Db;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives a test method's `Db` parameter: a schema of its own on the real PostgreSQL, migrated,
/// dropped afterwards.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FreshSchema.Resolver.class)
public @interface FreshSchema {
  /// Migration folders on the class path, such as `db/kit`.
  String[] value() default {"db/kit"};

  /// Makes and drops the schemas.
  final class Resolver implements ParameterResolver {
    private record Opened(Db db) implements AutoCloseable {
      @Override
      public void close() {
        db.useTx(
            tx -> tx.asOwner(owner -> owner.execute("DROP SCHEMA " + db.schema() + " CASCADE")));
        db.close();
      }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Db.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      String[] locations = context.getRequiredTestClass().getAnnotation(FreshSchema.class).value();
      var opened = new Opened(Db.open(TestServers.freshSchema(), locations));
      context
          .getStore(ExtensionContext.Namespace.create(FreshSchema.class, context.getUniqueId()))
          .put(parameter.getIndex(), opened);
      return opened.db();
    }
  }
}
