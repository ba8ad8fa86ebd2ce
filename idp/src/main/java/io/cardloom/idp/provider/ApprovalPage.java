package io.cardloom.idp.provider;

import java.net.URI;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keycloak.OAuth2Constants;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.sessions.AuthenticationSessionModel;

/// The page of [ApprovalAction]: who asks, for what, and for which workspaces. The template escapes
/// every value.
final class ApprovalPage {
  private static final Set<String> THIS_COMPUTER = Set.of("localhost", "127.0.0.1", "[::1]");

  private ApprovalPage() {}

  /// @param problem key of a message, when the page comes again
  static void show(
      RequiredActionContext context, List<ClientScopeModel> asked, @Nullable String problem) {
    AuthenticationSessionModel request = context.getAuthenticationSession();
    ClientModel client = request.getClient();
    String target =
        Workspaces.target(context.getRealm(), request.getClientNote(OAuth2Constants.RESOURCE));
    var memberships = Workspaces.of(context.getSession(), context.getUser());
    // What was ticked stays ticked when the page comes again.
    Set<String> ticked = new HashSet<>(Set.of(target));
    Set<String> unticked = new HashSet<>();
    if (problem != null) {
      var form = context.getHttpRequest().getDecodedFormParameters();
      ticked.clear();
      ticked.addAll(form.getOrDefault("workspace", List.of()));
      asked.forEach(scope -> unticked.add(scope.getName()));
      form.getOrDefault("scope", List.of()).forEach(unticked::remove);
    }
    URI redirect = URI.create(request.getRedirectUri());
    var page =
        context
            .form()
            .setAttribute("scopes", scopes(client, asked, unticked))
            .setAttribute(
                "workspaces",
                memberships.values().stream()
                    .map(one ->
                        Map.of(
                            "id", one.workspace(),
                            "name", one.name(),
                            "roles", one.roles(),
                            "requested", one.workspace().equals(target),
                            "checked", ticked.contains(one.workspace())))
                    .toList())
            .setAttribute("person", GrantBinding.name(context.getUser()))
            .setAttribute("verified", client.getAttribute(OpenClients.SELF_REGISTERED) == null)
            .setAttribute(
                "foreign",
                target.equals(Grant.NONE) || memberships.containsKey(target) ? "" : target)
            .setAttribute("returnsTo", place(redirect))
            .setAttribute("returnsHere", isWeb(redirect) && isHere(redirect));
    if (problem != null) page.setError(problem);
    context.challenge(page.createForm("cardloom-approval.ftl"));
  }

  private static List<Map<String, Object>> scopes(
      ClientModel client, List<ClientScopeModel> asked, Set<String> unticked) {
    return asked.stream()
        .filter(ClientScopeModel::isDisplayOnConsentScreen)
        .sorted(
            Comparator.comparing((ClientScopeModel scope) -> !Workspaces.isBound(scope))
                .thenComparing(scope -> Objects.requireNonNullElse(scope.getGuiOrder(), "9"))
                .thenComparing(ClientScopeModel::getName))
        .map(scope ->
            Map.<String, Object>of(
                "name", scope.getName(),
                "text", scope.getConsentScreenText(),
                "fixed", !ApprovalAction.isOptional(client, scope),
                "checked", !unticked.contains(scope.getName())))
        .toList();
  }

  /// Where the browser goes afterwards: a host on the web, or an application by its own scheme.
  private static String place(URI redirect) {
    String host = Objects.requireNonNullElse(redirect.getRawAuthority(), "");
    return isWeb(redirect) ? host : redirect.getScheme() + "://" + host;
  }

  private static boolean isWeb(URI redirect) {
    return "https".equals(redirect.getScheme()) || "http".equals(redirect.getScheme());
  }

  private static boolean isHere(URI redirect) {
    return redirect.getHost() != null && THIS_COMPUTER.contains(redirect.getHost());
  }
}
