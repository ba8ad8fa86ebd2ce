package io.cardloom.idp.provider;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keycloak.OAuth2Constants;
import org.keycloak.common.util.Time;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.protocol.oidc.token.TokenPostProcessor;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.protocol.oidc.token.TokenPostProcessorFactory;
import org.keycloak.representations.AccessToken;

/// Writes `workspaces`, `workspace_roles`, `workspace_names`, `workspace_granted_at`, `name` and
/// `aud` into every access token that opens workspaces, and the grant they come from into the
/// refresh token.
///
/// The refresh token carries its own grant because a client has one session per sign-in: what a
/// second approval leaves there must not change what the first refresh token yields. Membership and
/// roles are looked up at every issue, so they end with the membership. Where no grant is found,
/// nothing is granted: no workspace, no audience.
public final class GrantBinding implements TokenPostProcessor {
  /// Note of a client session: the newest grant, until its code is redeemed.
  static final String NOTE = "cardloom.grant";

  /// Realm attribute: client id of the resource server, in `aud` beside the resource so that it may
  /// ask whether a token is still good.
  private static final String RESOURCE_CLIENT = "cardloom.resource.client";

  private static final String REFRESH_CLAIM = "cardloom_grant";

  private final KeycloakSession session;

  private GrantBinding(KeycloakSession session) {
    this.session = session;
  }

  /// Makes one per request.
  public static final class Factory implements TokenPostProcessorFactory {
    @Override
    public TokenPostProcessor create(KeycloakSession session) {
      return new GrantBinding(session);
    }

    @Override
    public String getId() {
      return "cardloom-grant-binding";
    }
  }

  @Override
  public void process(TokenPostProcessorContext context) {
    ClientSessionContext client = context.clientSessionCtx();
    if (context.accessToken() == null) return;
    if (client.getClientScopesStream().noneMatch(Workspaces::isBound)) return;
    UserModel person = client.getClientSession().getUserSession().getUser();
    Optional<Grant> grant = grant(context).filter(given -> given.user().equals(person.getId()));
    write(context.accessToken(), person, grant);
    if (context.refreshToken() != null && grant.isPresent()) {
      context.refreshToken().getOtherClaims().put(REFRESH_CLAIM, grant.get().text());
    }
  }

  private Optional<Grant> grant(TokenPostProcessorContext context) {
    ClientSessionContext client = context.clientSessionCtx();
    if (context.requestRefreshToken() != null) {
      return Grant.parse(context.requestRefreshToken().getOtherClaims().get(REFRESH_CLAIM));
    }
    if (context.code() != null) {
      String target = target(context.code().getResource());
      return Grant.parse(client.getClientSession().getNote(NOTE))
          .filter(grant -> grant.isOf(context.code(), target));
    }
    return machine(client);
  }

  /// A machine approves nothing: it has what its own account is a member of.
  private Optional<Grant> machine(ClientSessionContext client) {
    UserModel account = client.getClientSession().getUserSession().getUser();
    String way = client.getAttribute("grant_type", String.class);
    if (account.getServiceAccountClientLink() == null
        || !OAuth2Constants.CLIENT_CREDENTIALS.equals(way)) {
      return Optional.empty();
    }
    String resource = client.getAttribute(OAuth2Constants.RESOURCE, String.class);
    return Optional.of(
        new Grant(
            account.getId(),
            Grant.NONE,
            Time.currentTime(),
            target(resource),
            List.copyOf(Workspaces.of(session, account).keySet())));
  }

  private void write(AccessToken token, UserModel person, Optional<Grant> grant) {
    var memberships = Workspaces.of(session, person);
    var workspaces = new TreeSet<>(grant.map(Grant::workspaces).orElse(List.of()));
    workspaces.retainAll(memberships.keySet());
    memberships.keySet().retainAll(workspaces);
    var roles = new TreeMap<String, List<String>>();
    var names = new TreeMap<String, String>();
    memberships.forEach((workspace, membership) -> {
      roles.put(workspace, membership.roles());
      names.put(workspace, membership.name());
    });
    var claims = token.getOtherClaims();
    claims.put("workspaces", List.copyOf(workspaces));
    claims.put("workspace_roles", roles);
    claims.put("workspace_names", names);
    grant.ifPresent(given -> claims.put("workspace_granted_at", given.at()));
    token.setName(name(person));

    var realm = session.getContext().getRealm();
    String target = grant.map(Grant::target).orElse(Grant.NONE);
    if (!workspaces.contains(target)) {
      token.audience();
      return;
    }
    String resource = Workspaces.resource(realm, target);
    String client = realm.getAttribute(RESOURCE_CLIENT);
    if (client == null) token.audience(resource);
    else token.audience(resource, client);
  }

  static String name(UserModel person) {
    String full =
        Stream.of(person.getFirstName(), person.getLastName())
            .filter(Objects::nonNull)
            .collect(Collectors.joining(" "));
    return full.isBlank() ? person.getUsername() : full;
  }

  private String target(@Nullable String resource) {
    return Workspaces.target(session.getContext().getRealm(), resource);
  }
}
