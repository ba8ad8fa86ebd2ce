package io.cardloom.idp.realm;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings a realm that was imported by an earlier version up to date with `realm.json`. What the
/// file says is laid over what is there; nothing is taken away, and a second run changes nothing.
public final class RealmStep {
  /// Parts of the file that are not settings of the realm itself.
  private static final List<String> PARTS =
      List.of(
          "clientScopes",
          "defaultDefaultClientScopes",
          "defaultOptionalClientScopes",
          "scopeMappings",
          "requiredActions",
          "components",
          "clientProfiles",
          "clientPolicies",
          "clients",
          "users");

  /// Clients that registered themselves and are not used make room for others.
  private static final Duration IDLE_CLIENT = Duration.ofDays(30);

  private final AdminApi api;
  private final ObjectNode wanted;
  private final List<String> changes = new ArrayList<>();

  RealmStep(AdminApi api, Map<String, String> values) {
    this.api = api;
    this.wanted = RealmFile.filled(values);
  }

  /// What every start of an installation does: brings the realm up to date and removes clients that
  /// nobody uses. Returns what was changed, a line each.
  public List<String> atStart() {
    var changed = bringUpToDate();
    removeIdleClients(IDLE_CLIENT);
    return changed;
  }

  /// Returns what was changed, a line each; empty when the realm was up to date.
  public List<String> bringUpToDate() {
    changes.clear();
    settings();
    clientScopes();
    realmScopes("default-default-client-scopes", wanted.path("defaultDefaultClientScopes"));
    realmScopes("default-optional-client-scopes", wanted.path("defaultOptionalClientScopes"));
    wanted.path("scopeMappings").forEach(this::scopeMapping);
    requiredActions();
    wanted
        .path("components")
        .properties()
        .forEach(type -> type.getValue().forEach(one -> component(type.getKey(), one)));
    byName("/client-policies/profiles", "profiles", wanted.path("clientProfiles"));
    byName("/client-policies/policies", "policies", wanted.path("clientPolicies"));
    wanted.path("clients").forEach(this::client);
    console("account-console");
    console("security-admin-console");
    return List.copyOf(changes);
  }

  /// Removes clients that registered themselves longer than `unused` ago and have no session. The
  /// realm takes a limited number of clients.
  public int removeIdleClients(Duration unused) {
    int removed = 0;
    Instant before = Instant.now().minus(unused);
    for (JsonNode client : api.list("/clients")) {
      if (!client.path("attributes").has("cardloom.self-registered")) continue;
      String id = client.path("id").asString();
      long at = client.path("attributes").path("cardloom.registered-at").asLong(0);
      if (Instant.ofEpochSecond(at).isAfter(before)) continue;
      long sessions =
          api.get("/clients/" + id + "/session-count").path("count").asLong()
              + api.get("/clients/" + id + "/offline-session-count").path("count").asLong();
      if (sessions == 0) {
        api.delete("/clients/" + id);
        removed++;
      }
    }
    return removed;
  }

  private void settings() {
    ObjectNode settings = wanted.deepCopy();
    settings.remove(PARTS);
    JsonNode present = api.get("");
    if (!Overlay.covers(present, settings)) {
      api.put("", Overlay.over(present, settings));
      changes.add("settings of the realm");
    }
  }

  private void clientScopes() {
    List<JsonNode> present = items(api.get("/client-scopes"));
    for (JsonNode scope : wanted.path("clientScopes")) {
      String name = scope.path("name").asString();
      Optional<JsonNode> found = named(present, "name", name);
      if (found.isEmpty()) {
        api.post("/client-scopes", scope);
        changes.add("client scope " + name);
        continue;
      }
      String path = "/client-scopes/" + found.get().path("id").asString();
      ObjectNode own = ((ObjectNode) scope).deepCopy();
      own.remove("protocolMappers");
      update(path, found.get(), own, "client scope " + name);
      mappers(path, found.get(), scope, name);
    }
  }

  private void realmScopes(String list, JsonNode names) {
    List<JsonNode> present = items(api.get("/" + list));
    for (JsonNode name : names) {
      if (named(present, "name", name.asString()).isEmpty()) {
        api.put("/" + list + "/" + scopeId(name.asString()), null);
        changes.add(list + " " + name.asString());
      }
    }
  }

  /// Roles of the realm that a client scope needs to be let through.
  private void scopeMapping(JsonNode mapping) {
    String scope = mapping.path("clientScope").asString();
    String path = "/client-scopes/" + scopeId(scope) + "/scope-mappings/realm";
    List<JsonNode> present = items(api.get(path));
    for (JsonNode role : mapping.path("roles")) {
      String name = role.asString();
      if (named(present, "name", name).isPresent()) continue;
      JsonNode found = api.get("/roles/" + AdminApi.encode(name));
      api.post(path, AdminApi.JSON.createArrayNode().add(found));
      changes.add("client scope " + scope + " role " + name);
    }
  }

  private void requiredActions() {
    List<JsonNode> present = items(api.get("/authentication/required-actions"));
    for (JsonNode action : wanted.path("requiredActions")) {
      String alias = action.path("alias").asString();
      if (!alias.startsWith("cardloom-")) continue; // the others are the administrator's
      Optional<JsonNode> found = named(present, "alias", alias);
      if (found.isEmpty()) {
        api.post("/authentication/register-required-action", action);
        changes.add("required action " + alias);
      }
      String path = "/authentication/required-actions/" + alias;
      update(path, found.orElseGet(() -> api.get(path)), action, "required action " + alias);
    }
  }

  private void component(String type, JsonNode component) {
    String name = component.path("name").asString();
    Optional<JsonNode> found =
        items(api.get("/components?type=" + AdminApi.encode(type))).stream()
            .filter(one -> one.path("name").equals(component.path("name")))
            .filter(one -> one.path("subType").equals(component.path("subType")))
            .findFirst();
    String what = component.path("subType").asString() + " policy " + name;
    if (found.isEmpty()) {
      ObjectNode whole = ((ObjectNode) component).deepCopy();
      whole.put("providerType", type).put("parentId", api.get("").path("id").asString());
      api.post("/components", whole);
      changes.add(what);
    } else {
      update("/components/" + found.get().path("id").asString(), found.get(), component, what);
    }
  }

  /// A list of which each entry is laid over the one with its name, and put back whole.
  private void byName(String path, String list, JsonNode file) {
    JsonNode present = api.get(path);
    ArrayNode result = AdminApi.JSON.createArrayNode();
    List<JsonNode> own = items(file.path(list));
    for (JsonNode one : items(present.path(list))) {
      Optional<JsonNode> over = named(own, "name", one.path("name").asString());
      result.add(over.isPresent() ? Overlay.over(one, over.get()) : one);
    }
    for (JsonNode one : own) {
      if (named(items(result), "name", one.path("name").asString()).isEmpty()) result.add(one);
    }
    if (!result.equals(present.path(list))) {
      api.put(path, AdminApi.JSON.createObjectNode().set(list, result));
      changes.add("client " + list);
    }
  }

  private void client(JsonNode client) {
    String clientId = client.path("clientId").asString();
    List<JsonNode> found = items(api.get("/clients?clientId=" + AdminApi.encode(clientId)));
    if (found.isEmpty()) {
      api.post("/clients", client);
      changes.add("client " + clientId);
      return;
    }
    JsonNode present = found.getFirst();
    String path = "/clients/" + present.path("id").asString();
    ObjectNode own = ((ObjectNode) client).deepCopy();
    own.remove(List.of("defaultClientScopes", "optionalClientScopes", "protocolMappers"));
    update(path, present, own, "client " + clientId);
    mappers(path, present, client, clientId);
    for (String list : List.of("default", "optional")) {
      scopes(path, present, list, client.path(list + "ClientScopes"), clientId);
    }
  }

  /// Keycloak's own pages for people and administrators, which an import leaves without any scope.
  private void console(String clientId) {
    for (JsonNode present : api.get("/clients?clientId=" + AdminApi.encode(clientId))) {
      String path = "/clients/" + present.path("id").asString();
      ArrayNode names = ((ArrayNode) wanted.path("defaultDefaultClientScopes")).deepCopy();
      scopes(path, present, "default", names.add("profile").add("email"), clientId);
    }
  }

  private void scopes(String path, JsonNode present, String list, JsonNode names, String clientId) {
    List<JsonNode> has = items(present.path(list + "ClientScopes"));
    for (JsonNode name : names) {
      if (has.contains(name)) continue;
      api.put(path + "/" + list + "-client-scopes/" + scopeId(name.asString()), null);
      changes.add("client " + clientId + " " + name.asString());
    }
  }

  /// The protocol mappers of a client or client scope.
  private void mappers(String path, JsonNode present, JsonNode owner, String name) {
    List<JsonNode> has = items(present.path("protocolMappers"));
    String models = path + "/protocol-mappers/models";
    for (JsonNode mapper : owner.path("protocolMappers")) {
      String what = name + " mapper " + mapper.path("name").asString();
      Optional<JsonNode> found = named(has, "name", mapper.path("name").asString());
      if (found.isEmpty()) {
        api.post(models, mapper);
        changes.add(what);
      } else {
        update(models + "/" + found.get().path("id").asString(), found.get(), mapper, what);
      }
    }
  }

  private void update(String path, JsonNode present, JsonNode own, String what) {
    if (Overlay.covers(present, own)) return;
    api.put(path, Overlay.over(present, own));
    changes.add(what);
  }

  private String scopeId(String name) {
    return named(items(api.get("/client-scopes")), "name", name)
        .orElseThrow(() -> new ProviderRefused("Keycloak has no client scope " + name))
        .path("id")
        .asString();
  }

  private static List<JsonNode> items(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static Optional<JsonNode> named(List<JsonNode> items, String key, String name) {
    return items.stream().filter(one -> one.path(key).asString().equals(name)).findFirst();
  }
}
