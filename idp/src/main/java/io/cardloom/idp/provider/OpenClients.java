package io.cardloom.idp.provider;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keycloak.common.util.Time;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.services.clientregistration.ClientRegistrationContext;
import org.keycloak.services.clientregistration.ClientRegistrationProvider;
import org.keycloak.services.clientregistration.oidc.OIDCClientRegistrationProvider;
import org.keycloak.services.clientregistration.policy.AbstractClientRegistrationPolicyFactory;
import org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy;
import org.keycloak.services.clientregistration.policy.ClientRegistrationPolicyException;

/// The rule for clients that register themselves. They act for a person who approves, by code and
/// PKCE, and in no other way. They may ask for any scope the realm offers later on, also when their
/// registration named fewer; without that, a client that registers with the scope of its first
/// challenge could never ask for more.
public final class OpenClients extends AbstractClientRegistrationPolicyFactory {
  /// Client attribute: nobody has verified who is behind the client's name.
  static final String SELF_REGISTERED = "cardloom.self-registered";

  /// Client attribute: seconds since 1970.
  private static final String REGISTERED_AT = "cardloom.registered-at";

  /// Client attributes of ways to a token without a person at a browser.
  private static final List<String> OTHER_WAYS =
      List.of(
          "oauth2.device.authorization.grant.enabled",
          "oidc.ciba.grant.enabled",
          "standard.token.exchange.enabled",
          "oauth2.jwt.authorization.grant.enabled");

  @Override
  public ClientRegistrationPolicy create(KeycloakSession session, ComponentModel component) {
    return new Policy(session);
  }

  @Override
  public String getId() {
    return "cardloom-open-clients";
  }

  @Override
  public String getHelpText() {
    return "Registered clients act for people only, with PKCE, and may ask for every scope the realm offers.";
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return List.of();
  }

  private record Policy(KeycloakSession session) implements ClientRegistrationPolicy {
    @Override
    public void beforeRegister(ClientRegistrationContext context)
        throws ClientRegistrationPolicyException {
      check(context);
    }

    @Override
    public void beforeUpdate(ClientRegistrationContext context, ClientModel client)
        throws ClientRegistrationPolicyException {
      check(context);
    }

    @Override
    public void afterRegister(ClientRegistrationContext context, ClientModel client) {
      complete(client);
    }

    @Override
    public void afterUpdate(ClientRegistrationContext context, ClientModel client) {
      complete(client);
    }

    @Override
    public void beforeView(ClientRegistrationProvider provider, ClientModel client) {}

    @Override
    public void beforeDelete(ClientRegistrationProvider provider, ClientModel client) {}

    private static void check(ClientRegistrationContext context)
        throws ClientRegistrationPolicyException {
      if (!(context.getProvider() instanceof OIDCClientRegistrationProvider)) {
        throw new ClientRegistrationPolicyException(
            "clients register themselves at the registration_endpoint of the metadata only");
      }
      ClientRepresentation client = context.getClient();
      if (is(client.isServiceAccountsEnabled())
          || is(client.isDirectAccessGrantsEnabled())
          || is(client.isImplicitFlowEnabled())
          || is(client.getAuthorizationServicesEnabled())
          || otherWay(client.getAttributes())) {
        throw new ClientRegistrationPolicyException(
            "only authorization_code and refresh_token are open to clients that register themselves");
      }
    }

    private static boolean is(@Nullable Boolean value) {
      return Boolean.TRUE.equals(value);
    }

    private static boolean otherWay(@Nullable Map<String, String> attributes) {
      return attributes != null
          && OTHER_WAYS.stream().anyMatch(way -> "true".equals(attributes.get(way)));
    }

    private void complete(ClientModel client) {
      client.setAttribute(SELF_REGISTERED, "true");
      if (client.getAttribute(REGISTERED_AT) == null) {
        client.setAttribute(REGISTERED_AT, Integer.toString(Time.currentTime()));
      }
      client.setAttribute("pkce.code.challenge.method", "S256");
      client.setConsentRequired(true);
      RealmModel realm = session.getContext().getRealm();
      for (boolean always : new boolean[] {true, false}) {
        var has = client.getClientScopes(true);
        var may = client.getClientScopes(false);
        realm
            .getDefaultClientScopesStream(always)
            .filter(scope -> OIDCLoginProtocol.LOGIN_PROTOCOL.equals(scope.getProtocol()))
            .filter(scope -> !has.containsKey(scope.getName()) && !may.containsKey(scope.getName()))
            .toList()
            .forEach(scope -> client.addClientScope(scope, always));
      }
    }
  }
}
