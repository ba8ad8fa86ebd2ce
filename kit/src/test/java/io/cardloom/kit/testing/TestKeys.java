package io.cardloom.kit.testing;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.Keys;
import io.cardloom.proto.Permission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;

/// Keys of all services in a temporary folder, made once, and callers for tests.
public final class TestKeys {
  private static final Path FOLDER = make();

  private TestKeys() {}

  public static Path folder() {
    return FOLDER;
  }

  public static InternalTokens.Signer signer(String service) {
    return new InternalTokens.Signer(service, Keys.readPrivate(FOLDER, service), Clock.systemUTC());
  }

  public static InternalTokens.Verifier verifier() {
    return new InternalTokens.Verifier(Keys.readPublic(FOLDER), Clock.systemUTC());
  }

  /// A caller who may do everything in a workspace.
  public static Caller everything(String tenant) {
    var all =
        EnumSet.complementOf(
            EnumSet.of(
                Permission.PERMISSION_UNSPECIFIED, Permission.UNRECOGNIZED, Permission.OPERATOR));
    return new Caller(tenant, "test", all, UUID.randomUUID().toString());
  }

  private static Path make() {
    try {
      Path folder = Files.createTempDirectory("cardloom-test-keys");
      for (String service :
          List.of(
              "aggregator", "svc-ingest", "svc-cards", "svc-publishing", "svc-metrics", "local")) {
        Keys.write(folder, service, Keys.make());
      }
      return folder;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
