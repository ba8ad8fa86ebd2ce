package io.cardloom.publishing.row;

import static io.cardloom.publishing.FakeCards.card;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.key.KeyTexts;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.AuditTopic;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.kit.testing.TestWorkspaces;
import io.cardloom.kit.workspace.Workspaces;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.ApplicationsGrpc;
import io.cardloom.proto.application.v1.CreateApplicationRequest;
import io.cardloom.proto.application.v1.RevokeApplicationKeyRequest;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.common.v1.ProblemDetail;
import io.cardloom.proto.publishing.v1.ApiVersion;
import io.cardloom.proto.publishing.v1.ApiVersionState;
import io.cardloom.proto.publishing.v1.CreateApiVersionRequest;
import io.cardloom.proto.publishing.v1.CreateDestinationRequest;
import io.cardloom.proto.publishing.v1.DestinationsGrpc;
import io.cardloom.proto.publishing.v1.UpdateApiVersionRequest;
import io.cardloom.publishing.FakeCards;
import io.cardloom.publishing.Parts;
import io.cardloom.publishing.PublishingConfig;
import io.cardloom.publishing.PublishingMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Who may read what over HTTP, of the running service in two instances. Each test has a workspace
/// of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProtectedApiTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  /// An instance may have looked just before, and the machine may be slow.
  private static final Duration FORGOTTEN = Workspaces.REMEMBERED.plusSeconds(2);

  private static final String CHALLENGE = "Bearer realm=\"cardloom\"";

  private final HttpClient http = HttpClient.newHttpClient();
  private FakeCards cards;
  private Service service;
  private Service second;
  private KafkaConfig kafka;
  private Peer peer;

  @BeforeAll
  void start() {
    cards = new FakeCards();
    var db = TestServers.freshSchema();
    kafka = TestServers.freshTopics();
    var settings = new HashMap<String, String>();
    settings.put("keys", TestKeys.folder().toString());
    settings.put("db.url", db.url());
    settings.put("db.schema", db.schema());
    settings.put("db.role", db.role());
    settings.put("kafka.bootstrap", kafka.bootstrap());
    settings.put("kafka.prefix", kafka.prefix());
    settings.put("kafka.partitions", "2");
    settings.put("svc-cards.target", cards.target());
    settings.put("public-url", "http://shop.example");
    service = PublishingMain.start(PublishingConfig.from(Settings.of(settings)));
    second = PublishingMain.start(PublishingConfig.from(Settings.of(settings)));
    peer =
        Peer.open(
            "svc-publishing", "127.0.0.1:" + service.grpcPort(), TestKeys.signer("aggregator"));
  }

  @AfterAll
  void stop() {
    peer.close();
    second.close();
    service.close();
    cards.close();
  }

  /// One workspace with the destination `shop`, of which version v1 serves one row.
  private final class Workspace {
    private final Caller admin;
    private final DestinationsGrpc.DestinationsBlockingStub destinations;
    private final ApplicationsGrpc.ApplicationsBlockingStub applications;

    Workspace(String tenant, boolean isProtected) {
      TestWorkspaces.provision(service, tenant);
      admin = TestKeys.everything(tenant);
      destinations = DestinationsGrpc.newBlockingStub(peer.as(admin, WAIT));
      applications = ApplicationsGrpc.newBlockingStub(peer.as(admin, WAIT));
      cards.defineProducts(tenant, CardDefinitionState.CARD_DEFINITION_STATE_ACTIVE);
      cards.put(card(tenant, "a", 1, "{\"brand\":\"Acme\"}"));
      var _ =
          destinations.createDestination(
              CreateDestinationRequest.newBuilder()
                  .setIdentifier("shop")
                  .addLanguages("en")
                  .addCorsOrigins("https://shop.example")
                  .setProtected(isProtected)
                  .build());
      version(CreateApiVersionRequest.newBuilder());
      serve("v1");
    }

    ApiVersion version(CreateApiVersionRequest.Builder request) {
      return destinations
          .createApiVersion(request.setDestinationId("shop").build())
          .getApiVersion();
    }

    void serve(String version) {
      var _ = destinations.createEndpoint(Parts.endpointOf("shop." + version).build());
      var _ =
          destinations.updateApiVersion(
              updating(version).setState(ApiVersionState.API_VERSION_STATE_ACTIVE).build());
    }

    private UpdateApiVersionRequest.Builder updating(String version) {
      return UpdateApiVersionRequest.newBuilder().setApiVersionId("shop." + version);
    }

    void setProtected(String version, boolean isProtected) {
      var _ =
          destinations.updateApiVersion(
              updating(version).setProtected(isProtected).setConfirm(true).build());
    }

    String key(String application, String... resources) {
      return applications
          .createApplication(
              CreateApplicationRequest.newBuilder()
                  .setApi(Api.API_DESTINATION)
                  .setId(application)
                  .addAllResourceIds(List.of(resources))
                  .build())
          .getKey();
    }

    HttpRequest.Builder to(Service instance, String path) {
      return HttpRequest.newBuilder(
          URI.create("http://127.0.0.1:" + instance.httpPort() + "/" + admin.tenant() + path));
    }

    HttpResponse<String> read(String key, String path) {
      return send(to(service, path).header("Authorization", "Bearer " + key));
    }

    int status(String key, String version) {
      return read(key, "/shop/" + version + "/products").statusCode();
    }

    HttpResponse<String> readOpenly() {
      return send(to(service, "/shop/v1/products"));
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("none");
  }

  private static ProblemDetail refused(Peer peer, Runnable call) {
    try {
      peer.call(() -> {
        call.run();
        return true;
      });
    } catch (ProblemException refused) {
      return refused.problem().toPb();
    }
    return org.assertj.core.api.Assertions.fail("nothing was refused");
  }

  @Test
  void whatIsProtectedIsReadWithAKeyThatOpensIt() {
    var acme = new Workspace("acme", true);
    assertThat(acme.version(CreateApiVersionRequest.newBuilder()).getProtected()).isTrue();
    acme.serve("v2");

    var none = send(acme.to(service, "/shop/v1/products").header("Origin", "https://shop.example"));
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.body())
        .isEqualTo(
            "{\"error\":{\"code\":\"unauthenticated\",\"message\":"
                + "\"This is read with an application's key, as Authorization: Bearer.\"}}");
    assertThat(header(none, "www-authenticate")).isEqualTo(CHALLENGE);
    assertThat(header(none, "access-control-allow-origin")).isEqualTo("https://shop.example");
    assertThat(send(acme.to(service, "/shop/v1/products").POST(BodyPublishers.ofString("{}"))))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(401);
    assertThat(send(acme.to(service, "/shop/v1/other")).statusCode()).isEqualTo(404);

    String one = acme.key("one", "shop.v1");
    String shop = acme.key("shop", "shop");
    String all = acme.key("all", "*");
    await()
        .atMost(WAIT)
        .untilAsserted(
            () -> assertThat(acme.read(one, "/shop/v1/products").body()).contains("\"Acme\""));
    var answer = acme.read(one, "/shop/v1/products");
    assertThat(header(answer, "cache-control")).isEqualTo("private, no-cache");
    var again =
        acme.to(service, "/shop/v1/products").header("If-None-Match", header(answer, "etag"));
    assertThat(send(again).statusCode()).isEqualTo(401);
    assertThat(send(again.header("Authorization", "Bearer " + one)).statusCode()).isEqualTo(304);
    assertThat(acme.status(one, "v2")).isEqualTo(403);
    assertThat(acme.read(one, "/shop/v2/products").body()).contains("\"forbidden\"");
    assertThat(acme.status(one, "v9")).isEqualTo(404);
    for (String key : List.of(shop, all)) {
      assertThat(List.of(acme.status(key, "v1"), acme.status(key, "v2"))).containsOnly(200);
    }
    var preflight =
        send(
            acme.to(service, "/shop/v1/products")
                .header("Origin", "https://shop.example")
                .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(header(preflight, "access-control-allow-headers")).contains("authorization");
  }

  @Test
  void aKeyThatIsNotGoodIsRefusedEverywhere() {
    var open = new Workspace("open", false);
    var other = new Workspace("other", true);
    String good = open.key("shop", "shop");
    String foreign = other.key("shop", "*");
    assertThat(open.readOpenly().statusCode()).isEqualTo(200);
    assertThat(header(open.readOpenly(), "cache-control")).isEqualTo("no-cache");
    assertThat(open.status(good, "v1")).isEqualTo(200);
    assertThat(other.status(foreign, "v1")).isEqualTo(200);
    String[] bad = {
      foreign,
      good.substring(0, good.length() - 2),
      good.replace("cl_dst", "cl_ing"),
      foreign.replace("_other_", "_open_"),
      "eyJhbGciOiJub25lIn0.e30.",
    };
    for (String key : bad) {
      for (String path : List.of("/shop/v1/products", "/shop/v1/nothing", "/nowhere/v1/x")) {
        var refused = open.read(key, path);
        assertThat(refused.statusCode()).as("%s %s", key, path).isEqualTo(401);
        assertThat(header(refused, "www-authenticate")).startsWith(CHALLENGE + ", error=");
      }
    }
    var basic = open.to(service, "/shop/v1/products").header("Authorization", "Basic dTpw");
    assertThat(send(basic).statusCode()).as("another scheme is not a key").isEqualTo(200);

    var _ =
        open.applications.revokeApplicationKey(
            RevokeApplicationKeyRequest.newBuilder()
                .setApi(Api.API_DESTINATION)
                .setApplicationId("shop")
                .build());
    for (Service instance : List.of(service, second)) {
      var refused =
          send(open.to(instance, "/shop/v1/products").header("Authorization", "Bearer " + good));
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).contains("the key was revoked at 20");
    }
  }

  /// A repeat within minutes is not told again; a key that never was tells of nobody.
  @Test
  void refusedKeysAreInTheAuditLog() {
    var shop = new Workspace("told", true);
    String key = shop.key("app", "shop.v1");
    var _ = shop.version(CreateApiVersionRequest.newBuilder());
    shop.serve("v2");
    assertThat(shop.status("eyJhbGciOiJub25lIn0.e30.", "v1")).isEqualTo(401);
    for (int i = 0; i < 3; i++) assertThat(shop.status(key, "v2")).isEqualTo(403);
    var _ =
        shop.applications.revokeApplicationKey(
            RevokeApplicationKeyRequest.newBuilder()
                .setApi(Api.API_DESTINATION)
                .setApplicationId("app")
                .build());
    for (int i = 0; i < 3; i++) assertThat(shop.status(key, "v1")).isEqualTo(401);
    assertThat(AuditTopic.told(kafka, "told", 2))
        .extracting(one -> one.getSubject() + " " + one.getOutcome() + " " + one.getRefused())
        .containsExactlyInAnyOrder(
            "application:app forbidden true", "application:app unauthenticated true");
  }

  /// Of what was served, what an address that serves nothing and a key that is unknown are
  /// answered.
  @Test
  void anArchivedWorkspaceIsLikeOneThatNeverWas() {
    var shop = new Workspace("gone", false);
    TestWorkspaces.provision(service, "live");
    String key = shop.key("shop", "shop");
    assertThat(shop.status(key, "v1")).isEqualTo(200);
    assertThat(send(shop.to(second, "/shop/v1/products")).statusCode()).isEqualTo(200);
    TestWorkspaces.archive(service, "gone");
    long archived = System.nanoTime();
    for (Service instance : List.of(service, second)) {
      await()
          .atMost(WAIT)
          .until(() -> send(shop.to(instance, "/shop/v1/products")).statusCode() != 200);
      assertThat(Duration.ofNanos(System.nanoTime() - archived)).isLessThan(FORGOTTEN);
      for (String method : List.of("GET", "POST", "OPTIONS", "DELETE")) {
        for (String shown : List.of("", "Bearer x", "Basic dTpw")) {
          assertThat(told(instance, "gone", method, shown))
              .as("%s %s", method, shown)
              .isEqualTo(told(instance, "never", method, shown));
        }
        assertThat(told(instance, "gone", method, "Bearer " + key))
            .as(method)
            .isEqualTo(told(instance, "never", method, "Bearer " + KeyTexts.in("never", key)))
            .isEqualTo(told(instance, "live", method, "Bearer " + KeyTexts.in("live", key)));
      }
    }
    TestWorkspaces.provision(service, "gone");
    assertThat(shop.status(key, "v1")).as("taken back").isEqualTo(200);
  }

  private String told(Service instance, String tenant, String method, String authorization) {
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + instance.httpPort()
                        + "/"
                        + tenant
                        + "/shop/v1/products?fields=brand"))
            .header("Origin", "https://shop.example")
            .method(method, BodyPublishers.ofString("{}"));
    if (!authorization.isEmpty()) request.header("Authorization", authorization);
    var answer = send(request);
    var headers = new TreeMap<>(answer.headers().map());
    headers.remove("date");
    return answer.statusCode() + " " + headers + " " + answer.body();
  }

  @Test
  void whoMayReadIsChangedWithAYes() {
    var acme = new Workspace("change", false);
    String v2 = acme.key("two", "shop.v1", "shop");
    var protect = acme.updating("v1").setProtected(true).build();
    var asked = refused(peer, () -> acme.destinations.updateApiVersion(protect));
    assertThat(asked.getCode()).isEqualTo("confirmation_required");
    assertThat(asked.getMessage())
        .isEqualTo("Protecting shop.v1 turns away every consumer without a key that opens it.");
    assertThat(asked.getNext(0).getArguments().getUtf8().toStringUtf8())
        .isEqualTo("{\"apiVersionId\":\"shop.v1\",\"protected\":true,\"confirm\":true}");
    assertThat(acme.readOpenly().statusCode()).isEqualTo(200);
    acme.setProtected("v1", true);
    assertThat(acme.readOpenly().statusCode()).isEqualTo(401);
    assertThat(acme.status(v2, "v1")).isEqualTo(200);

    var copy = acme.version(CreateApiVersionRequest.newBuilder().setCopyFrom("shop.v1"));
    assertThat(copy.getProtected()).as("a copy is not opened by the way").isTrue();
    var opened =
        acme.version(
            CreateApiVersionRequest.newBuilder().setCopyFrom("shop.v1").setProtected(false));
    assertThat(opened.getProtected()).isFalse();

    var open = acme.updating("v1").setProtected(false).build();
    assertThat(refused(peer, () -> acme.destinations.updateApiVersion(open)).getMessage())
        .startsWith("Opening shop.v1 lets everyone read its ");
    acme.setProtected("v1", false);
    assertThat(acme.readOpenly().statusCode()).isEqualTo(200);
    String narrow = acme.key("narrow", copy.getId());
    assertThat(acme.status(narrow, "v1")).as("open to all is open to its key").isEqualTo(200);
  }

  @Test
  void aKeyIsForWhatThereIs() {
    var acme = new Workspace("names", true);
    var missing = refused(peer, () -> acme.key("x", "shop.v2"));
    assertThat(missing.getViolations(0).getDidYouMean()).isEqualTo("shop.v1");
    assertThat(missing.getViolations(0).getMessage())
        .isEqualTo("There is no API version or destination shop.v2. Did you mean shop.v1?");
  }
}
