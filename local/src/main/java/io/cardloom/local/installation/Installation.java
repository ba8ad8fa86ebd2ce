package io.cardloom.local.installation;

import io.cardloom.idp.realm.KeycloakAdmin;
import io.cardloom.idp.server.Secrets;
import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.Keys;
import io.cardloom.kit.run.Settings;
import io.cardloom.local.Home;
import io.cardloom.local.Refusal;
import io.cardloom.local.identity.ExamplePerson;
import io.cardloom.local.identity.LocalKeys;
import io.cardloom.local.identity.Session;
import io.cardloom.local.identity.SignIn;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.stack.Part;
import io.cardloom.local.stack.StackControl;
import io.cardloom.local.stack.StackState;
import io.cardloom.local.workspace.Tenants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A running Cardloom, and how its parts are reached from here.
///
/// @param publicBase the aggregator's URL without a path; begins every audience
/// @param issuer of the access tokens, as they name it
/// @param people folder with the example people's passwords; empty where people sign in at another
///   provider
/// @param inside empty where only the published addresses are reached
public record Installation(
    String publicBase, String issuer, Optional<Path> people, Optional<Inside> inside) {

  /// What is not published.
  ///
  /// @param targets gRPC target of each service, by its name
  /// @param keys folder with the operator's key
  /// @param keycloak where it is administered; empty where people sign in at another provider
  public record Inside(Map<String, String> targets, Path keys, Optional<URI> keycloak) {
    InternalTokens.Signer signer() {
      return new InternalTokens.Signer(
          Keys.OPERATOR, Keys.readPrivate(keys, Keys.OPERATOR), Clock.systemUTC());
    }
  }

  /// The one whose settings this process has, as in a container beside the services, otherwise the
  /// stack of this machine. Refuses where neither is there.
  public static Installation required(Home home) {
    var settings = Settings.ofProcess();
    return settings.find("operator.keycloak").isPresent()
        ? of(settings)
        : of(home, new StackControl(home).required());
  }

  /// As `required`, except that `url` names an installation by the published address of its
  /// aggregator, and `secrets` is the folder that was made for it.
  public static Installation at(Optional<URI> url, Path secrets, Home home) {
    return url.isPresent() ? published(url.get(), secrets) : required(home);
  }

  private static Installation published(URI url, Path secrets) {
    if (!Files.isRegularFile(secrets.resolve("secrets.json"))) {
      throw new Refusal(
          "There are no passwords in "
              + secrets
              + ". Name the folder that ./cardloom secrets made for that installation by --secrets.");
    }
    var base = url.toString().replaceFirst("/$", "");
    return new Installation(base, Discovery.issuer(base), Optional.of(secrets), Optional.empty());
  }

  /// The settings that the aggregator has too, and where Keycloak is administered.
  static Installation of(Settings settings) {
    var targets =
        Arrays.stream(Part.values())
            .filter(part -> part != Part.AGGREGATOR)
            .collect(Collectors.toMap(Part::title, part -> settings.text("peer." + part.title())));
    return new Installation(
        settings.text("public-base"),
        settings.text("identity.issuer"),
        Optional.of(Path.of(settings.text("operator.secrets"))),
        Optional.of(
            new Inside(
                targets,
                Path.of(settings.text("keys")),
                Optional.of(URI.create(settings.text("operator.keycloak"))))));
  }

  /// The stack of this machine.
  public static Installation of(Home home, StackState state) {
    boolean own = state.options().provider().isEmpty();
    return new Installation(
        state.urls().publicBase(),
        state.urls().issuer(),
        own ? Optional.of(home.identity()) : Optional.empty(),
        Optional.of(
            new Inside(
                state.serviceTargets(),
                new LocalKeys(home.keys()).services(),
                own ? Optional.of(URI.create(state.urls().keycloak())) : Optional.empty())));
  }

  /// Where clients of a workspace call.
  public URI mcp(String workspace) {
    return URI.create(publicBase + "/" + workspace + "/mcp");
  }

  /// A client that acts as an example person.
  public McpClient mcp(String workspace, String person) {
    return new McpClient(mcp(workspace), session(workspace, person));
  }

  public Session session(String workspace, String person) {
    return new Session(signIn(), person(person), workspace);
  }

  /// An example person, with the password of this installation.
  public ExamplePerson person(String name) {
    return ExamplePerson.named(
        people.orElseThrow(() ->
            new Refusal(
                "People sign in at "
                    + issuer
                    + ", which has no example people. Get a token there, or let a client sign in.")),
        name);
  }

  public SignIn signIn() {
    return new SignIn(issuer, publicBase, Clock.systemUTC());
  }

  /// The workspaces of its services.
  public Tenants tenants() {
    return new Tenants(within().targets(), within().signer());
  }

  /// Signs calls of the operator's.
  public InternalTokens.Signer signer() {
    return within().signer();
  }

  /// gRPC target of each service, by its name.
  public Map<String, String> targets() {
    return within().targets();
  }

  /// Who keeps workspaces and people; empty where that is another provider.
  public Optional<KeycloakAdmin> keycloak() {
    return within().keycloak().map(server -> KeycloakAdmin.of(server, placeholders()));
  }

  /// The passwords of the example people, by user name.
  public Map<String, String> passwords() {
    return secrets().people();
  }

  private Map<String, String> placeholders() {
    return secrets().placeholders(publicBase);
  }

  private Secrets secrets() {
    try {
      return Secrets.of(people.orElseThrow());
    } catch (IOException failure) {
      throw new UncheckedIOException("could not read the secrets of the provider", failure);
    }
  }

  private Inside within() {
    return inside.orElseThrow(() ->
        new Refusal(
            "This needs what the installation does not publish. Run it inside: docker compose run --rm operator VERB."));
  }
}
