package io.cardloom.idp.provider;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.keycloak.Config;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserConsentModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.managers.AppAuthManager;
import org.keycloak.services.managers.UserConsentManager;
import org.keycloak.services.resource.RealmResourceProvider;
import org.keycloak.services.resource.RealmResourceProviderFactory;

/// What a person's own page shows, below `{issuer}/cardloom`: the workspaces with the roles in
/// them, the clients that were approved, and how to take an approval back. Only a token of the
/// client `cardloom-connect` opens it; a client that a person approved cannot look at the others.
public final class PersonResource implements RealmResourceProvider {
  private static final String CLIENT = "cardloom-connect";

  private final KeycloakSession session;

  private PersonResource(KeycloakSession session) {
    this.session = session;
  }

  /// Makes one per request.
  public static final class Factory implements RealmResourceProviderFactory {
    @Override
    public RealmResourceProvider create(KeycloakSession session) {
      return new PersonResource(session);
    }

    @Override
    public String getId() {
      return "cardloom";
    }

    @Override
    public void init(Config.Scope config) {}

    @Override
    public void postInit(KeycloakSessionFactory factory) {}

    @Override
    public void close() {}
  }

  @Override
  public Object getResource() {
    return this;
  }

  @Override
  public void close() {}

  /// `{"subject", "name", "workspaces": [{"workspace", "name", "roles"}], "approvals": [...]}`, an
  /// approval being `{"id", "client", "name", "verified", "scopes", "workspaces", "connected",
  /// "since"}`. `workspaces` are those of sessions that live; without one the client has to ask
  /// again.
  @GET
  @Path("me")
  @Produces(MediaType.APPLICATION_JSON)
  public Response me() {
    UserModel person = person();
    var answer = new LinkedHashMap<String, Object>();
    answer.put("subject", person.getId());
    answer.put("name", GrantBinding.name(person));
    answer.put("workspaces", workspaces(person));
    answer.put("approvals", approvals(person));
    return Response.ok(answer).header("Cache-Control", "no-store").build();
  }

  /// Takes an approval back: consent, sessions and refresh tokens of that client are gone.
  @DELETE
  @Path("me/approvals/{id}")
  public Response revoke(@PathParam("id") String id) {
    UserModel person = person();
    ClientModel client = session.getContext().getRealm().getClientById(id);
    if (client == null || !UserConsentManager.revokeConsentToClient(session, client, person)) {
      throw new NotFoundException();
    }
    return Response.noContent().build();
  }

  private UserModel person() {
    var caller =
        new AppAuthManager.BearerTokenAuthenticator(session).setAudience(CLIENT).authenticate();
    if (caller == null) throw new NotAuthorizedException("Bearer");
    if (!CLIENT.equals(caller.client().getClientId())) throw new ForbiddenException();
    return caller.user();
  }

  private List<Map<String, Object>> workspaces(UserModel person) {
    return Workspaces.of(session, person).values().stream()
        .map(one ->
            Map.<String, Object>of(
                "workspace", one.workspace(), "name", one.name(), "roles", one.roles()))
        .toList();
  }

  private List<Map<String, Object>> approvals(UserModel person) {
    RealmModel realm = session.getContext().getRealm();
    var approvals = new ArrayList<Map<String, Object>>();
    UserConsentManager.getConsentsStream(session, realm, person)
        .forEach(consent -> approvals.add(approval(consent, person)));
    return approvals;
  }

  private Map<String, Object> approval(UserConsentModel consent, UserModel person) {
    ClientModel client = consent.getClient();
    List<AuthenticatedClientSessionModel> living = sessions(person, client);
    var workspaces = new TreeSet<String>();
    living.forEach(one -> {
      String all = one.getNote(ApprovalAction.ALL_NOTE);
      if (all != null) workspaces.addAll(List.of(all.split(" ")));
    });
    workspaces.retainAll(Workspaces.of(session, person).keySet());
    var approval = new LinkedHashMap<String, Object>();
    approval.put("id", client.getId());
    approval.put("client", client.getClientId());
    approval.put("name", Objects.requireNonNullElse(client.getName(), client.getClientId()));
    approval.put("verified", client.getAttribute(OpenClients.SELF_REGISTERED) == null);
    approval.put(
        "scopes",
        consent.getGrantedClientScopes().stream().map(ClientScopeModel::getName).sorted().toList());
    approval.put("workspaces", workspaces);
    approval.put("connected", !living.isEmpty());
    approval.put("since", consent.getCreatedDate() / 1000);
    return approval;
  }

  private List<AuthenticatedClientSessionModel> sessions(UserModel person, ClientModel client) {
    RealmModel realm = session.getContext().getRealm();
    return Stream.concat(
            session.sessions().getUserSessionsStream(realm, person),
            session.sessions().getOfflineUserSessionsStream(realm, person))
        .map(one -> one.getAuthenticatedClientSessionByClient(client.getId()))
        .filter(Objects::nonNull)
        .toList();
  }
}
