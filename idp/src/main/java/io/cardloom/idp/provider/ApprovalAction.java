package io.cardloom.idp.provider;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keycloak.Config;
import org.keycloak.OAuth2Constants;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.authentication.RequiredActionFactory;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.common.util.Time;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.UserConsentModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.services.managers.UserConsentManager;
import org.keycloak.sessions.AuthenticationSessionModel;

/// Asks a person, each time a client wants to open workspaces: which permissions, which workspaces.
///
/// A required action and no step of a sign-in flow: it comes after any kind of sign-in, also after
/// none because the person is signed in already, and before Keycloak's own consent page, which it
/// replaces. What the form sends is checked here again: only workspaces the person is a member of,
/// only scopes the client asked for.
public final class ApprovalAction implements RequiredActionProvider, RequiredActionFactory {
  private static final String ID = "cardloom-approval";

  /// Note of a client session: every workspace it was given, with spaces between them.
  static final String ALL_NOTE = "cardloom.workspaces";

  @Override
  public void evaluateTriggers(RequiredActionContext context) {
    AuthenticationSessionModel request = context.getAuthenticationSession();
    if (!OIDCLoginProtocol.LOGIN_PROTOCOL.equals(request.getProtocol())) return;
    boolean answered =
        Grant.parse(request.getClientNote(GrantBinding.NOTE))
            .filter(grant -> grant.user().equals(context.getUser().getId()))
            .isPresent();
    if (!answered && asked(context).stream().anyMatch(Workspaces::isBound)) {
      request.addRequiredAction(ID);
    }
  }

  @Override
  public void requiredActionChallenge(RequiredActionContext context) {
    ApprovalPage.show(context, asked(context), null);
  }

  @Override
  public void processAction(RequiredActionContext context) {
    var form = context.getHttpRequest().getDecodedFormParameters();
    if (!"approve".equals(form.getFirst("decision"))) {
      context.failure(); // the client is told access_denied
      return;
    }
    Set<String> chosen = new TreeSet<>(form.getOrDefault("workspace", List.of()));
    Set<String> ticked = Set.copyOf(form.getOrDefault("scope", List.of()));
    List<ClientScopeModel> asked = asked(context);
    ClientModel client = context.getAuthenticationSession().getClient();
    List<ClientScopeModel> granted =
        asked.stream()
            .filter(scope -> !isOptional(client, scope) || ticked.contains(scope.getName()))
            .toList();
    if (chosen.isEmpty() || !memberships(context).containsAll(chosen)) {
      ApprovalPage.show(context, asked, "cardloomChooseWorkspace");
    } else if (granted.stream().noneMatch(Workspaces::isBound)) {
      ApprovalPage.show(context, asked, "cardloomChoosePermission");
    } else {
      narrow(context, asked, granted);
      consent(context, granted);
      remember(context, chosen);
      context.success();
    }
  }

  /// What the request asks for, the client's standing scopes included.
  private static List<ClientScopeModel> asked(RequiredActionContext context) {
    AuthenticationSessionModel request = context.getAuthenticationSession();
    return request.getClientScopes().stream()
        .map(id ->
            KeycloakModelUtils.findClientScopeById(context.getRealm(), request.getClient(), id))
        .filter(Objects::nonNull)
        .toList();
  }

  /// Whether the person may take this scope away: it is shown, and the client has it only on
  /// request.
  static boolean isOptional(ClientModel client, ClientScopeModel scope) {
    return scope.isDisplayOnConsentScreen()
        && !client.getClientScopes(true).containsKey(scope.getName());
  }

  private static Set<String> memberships(RequiredActionContext context) {
    return Workspaces.of(context.getSession(), context.getUser()).keySet();
  }

  /// Both the scope text and the scopes found in it, or the stock consent page asks again.
  private static void narrow(
      RequiredActionContext context, List<ClientScopeModel> asked, List<ClientScopeModel> granted) {
    AuthenticationSessionModel request = context.getAuthenticationSession();
    Set<String> refused = asked.stream().map(ClientScopeModel::getName).collect(Collectors.toSet());
    granted.forEach(scope -> refused.remove(scope.getName()));
    String scope = without(request.getClientNote(OAuth2Constants.SCOPE), refused::contains);
    request.setClientNote(OAuth2Constants.SCOPE, scope);
    request.setClientScopes(
        granted.stream().map(ClientScopeModel::getId).collect(Collectors.toSet()));
    // prompt=consent is answered by this page; Keycloak would ask a second time.
    String prompt = without(request.getClientNote("prompt"), "consent"::equals);
    if (prompt.isEmpty()) request.removeClientNote("prompt");
    else request.setClientNote("prompt", prompt);
  }

  private static String without(@Nullable String words, Predicate<String> refused) {
    if (words == null) return "";
    return Arrays.stream(words.split(" "))
        .filter(word -> !refused.test(word))
        .collect(Collectors.joining(" "));
  }

  /// A consent like any other of Keycloak's, so that it is listed and revoked like one.
  private static void consent(RequiredActionContext context, List<ClientScopeModel> granted) {
    KeycloakSession session = context.getSession();
    ClientModel client = context.getAuthenticationSession().getClient();
    UserConsentModel before =
        UserConsentManager.getConsentByClient(
            session, context.getRealm(), context.getUser(), client.getId());
    UserConsentModel consent = before == null ? new UserConsentModel(client) : before;
    granted.stream()
        .filter(ClientScopeModel::isDisplayOnConsentScreen)
        .forEach(consent::addGrantedClientScope);
    if (before == null) {
      UserConsentManager.addConsent(session, context.getRealm(), context.getUser(), consent);
    } else {
      UserConsentManager.updateConsent(session, context.getRealm(), context.getUser(), consent);
    }
  }

  private static void remember(RequiredActionContext context, Set<String> chosen) {
    AuthenticationSessionModel request = context.getAuthenticationSession();
    var grant =
        new Grant(
            context.getUser().getId(),
            Grant.orNone(request.getClientNote("code_challenge")),
            Time.currentTime(),
            Workspaces.target(context.getRealm(), request.getClientNote(OAuth2Constants.RESOURCE)),
            List.copyOf(chosen));
    request.setClientNote(GrantBinding.NOTE, grant.text());
    var all = new TreeSet<>(chosen);
    UserSessionModel signedIn = context.getSession().getContext().getUserSession();
    AuthenticatedClientSessionModel earlier =
        signedIn == null
            ? null
            : signedIn.getAuthenticatedClientSessionByClient(request.getClient().getId());
    if (earlier != null && earlier.getNote(ALL_NOTE) != null) {
      all.addAll(List.of(earlier.getNote(ALL_NOTE).split(" ")));
    }
    request.setClientNote(ALL_NOTE, String.join(" ", all));
    context
        .getEvent()
        .detail("workspaces", String.join(" ", chosen))
        .detail("granted_scope", request.getClientNote(OAuth2Constants.SCOPE));
  }

  @Override
  public RequiredActionProvider create(KeycloakSession session) {
    return this;
  }

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public String getDisplayText() {
    return "Approve permissions and choose workspaces";
  }

  @Override
  public void init(Config.Scope config) {}

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}
}
