package io.cardloom.idp.realm;

import java.net.URI;
import java.util.Map;

/// Who keeps the realm: its settings, workspaces, people and machines. Every method of these throws
/// [ProviderRefused] when Keycloak refuses or does not answer.
public final class KeycloakAdmin {
  private final RealmStep realm;
  private final Workspaces workspaces;
  private final People people;
  private final Machines machines;

  private KeycloakAdmin(AdminApi api, Map<String, String> values) {
    this.realm = new RealmStep(api, values);
    this.workspaces = new Workspaces(api);
    this.people = new People(api, workspaces);
    this.machines = new Machines(api, people);
  }

  /// @param server how Keycloak is reached from here, without a slash at the end
  /// @param values of the placeholders of [RealmFile]
  public static KeycloakAdmin of(URI server, Map<String, String> values) {
    RealmFile.check(values);
    String secret = values.get(RealmFile.PROVISIONING_SECRET);
    if (secret == null) throw new IllegalArgumentException(RealmFile.PROVISIONING_SECRET);
    return new KeycloakAdmin(
        new AdminApi(server, RealmFile.REALM, "cardloom-provisioning", secret), values);
  }

  public RealmStep realm() {
    return realm;
  }

  public Workspaces workspaces() {
    return workspaces;
  }

  public People people() {
    return people;
  }

  public Machines machines() {
    return machines;
  }
}
