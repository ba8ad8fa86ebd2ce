package io.cardloom.kit.key;

import io.cardloom.kit.call.KnownTenants;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Checks the key of a request, by its `Authorization: Bearer`.
///
/// Every check reads the key's row, by its primary key, and nothing is remembered: a key that was
/// revoked is refused from the next statement on, by every instance.
public final class CheckKey {
  private static final String SCHEME = "Bearer ";
  private static final Shown.Bad UNKNOWN = new Shown.Bad("the key is not good here");

  private final Db db;
  private final KnownTenants tenants;
  private final String kind;
  private final Pepper pepper;
  private final ApplicationStore store;
  private final KeyUses uses;
  private final Clock clock;

  CheckKey(
      Db db,
      KnownTenants tenants,
      String kind,
      Pepper pepper,
      ApplicationStore store,
      KeyUses uses,
      Clock clock) {
    this.db = db;
    this.tenants = tenants;
    this.kind = kind;
    this.pepper = pepper;
    this.store = store;
    this.uses = uses;
    this.clock = clock;
  }

  /// What can be said of a request before anything is looked up.
  private sealed interface Read {
    record Told(Shown shown) implements Read {}

    record Key(KeyText text) implements Read {}
  }

  /// In whatever workspace the key is of; where the service does not answer for that, because it is
  /// archived, the key is as good as an unknown one.
  ///
  /// @param authorization all values of the header
  public Shown check(List<String> authorization) {
    return switch (read(authorization)) {
      case Read.Told(var shown) -> shown;
      case Read.Key(var key) when !tenants.has(key.tenant()) -> UNKNOWN;
      case Read.Key(var key) -> db.inTx(key.tenant(), tx -> found(tx, key));
    };
  }

  /// In a workspace that the service does not answer for: every key is an unknown one.
  public Shown checkNowhere(List<String> authorization) {
    return switch (read(authorization)) {
      case Read.Told(var shown) -> shown;
      case Read.Key _ -> UNKNOWN;
    };
  }

  /// In one workspace that the service answers for, in the caller's transaction: a key of another
  /// is as good as an unknown one.
  public Shown check(Tx tx, String tenant, List<String> authorization) {
    return switch (read(authorization)) {
      case Read.Told(var shown) -> shown;
      case Read.Key(var key) -> key.tenant().equals(tenant) ? found(tx, key) : UNKNOWN;
    };
  }

  /// Other schemes are no business of keys: a proxy on the way may have put one there.
  private Read read(List<String> authorization) {
    var bearers =
        authorization.stream()
            .map(String::strip)
            .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
            .toList();
    if (bearers.isEmpty()) return new Read.Told(new Shown.Nothing());
    if (bearers.size() > 1) return bad("there is more than one key");
    String text = bearers.getFirst().substring(SCHEME.length()).strip();
    if (!text.startsWith(KeyText.PREFIX)) return bad("this is no key of an application");
    var key = KeyText.parse(text);
    if (key.isEmpty()) return bad("the key is cut short or mistyped");
    return key.get().kind().equals(kind)
        ? new Read.Key(key.get())
        : bad("the key is for another API");
  }

  private static Read bad(String reason) {
    return new Read.Told(new Shown.Bad(reason));
  }

  /// Whether it has ended is told to its holder alone.
  private Shown found(Tx tx, KeyText key) {
    var found = store.sealed(tx, key.tenant(), key.id());
    if (found.isEmpty() || !pepper.sealed(key, found.get().seal())) return UNKNOWN;
    var stored = found.get();
    var grant = new Grant(key.tenant(), stored.applicationId(), key.id(), stored.resourceIds());
    Instant now = clock.instant();
    if (stored.key().revokedAt().isPresent()) {
      return ended("the key was revoked at " + stored.key().revokedAt().get(), grant);
    }
    if (!stored.key().active(now)) {
      return ended("the key ended at " + stored.key().expiresAt(), grant);
    }
    uses.used(key.tenant(), key.id(), now);
    return new Shown.Good(grant);
  }

  private static Shown ended(String reason, Grant was) {
    return new Shown.Bad(reason, Optional.of(was));
  }
}
