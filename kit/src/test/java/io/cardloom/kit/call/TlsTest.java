package io.cardloom.kit.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.TestCertificates;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.metrics.v1.ListMetricsRequest;
import io.cardloom.proto.metrics.v1.ListMetricsResponse;
import io.cardloom.proto.metrics.v1.MetricsGrpc;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Calls over TLS with certificates made for the test, and everybody who is turned away.
final class TlsTest {
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final TestCertificates HOUSE = new TestCertificates("House");
  private static final TestCertificates OTHER = new TestCertificates("Other house");

  @TempDir private Path dir;
  private final List<AutoCloseable> open = new ArrayList<>();

  private static final class Echo extends MetricsGrpc.MetricsImplBase {
    @Override
    public void listMetrics(ListMetricsRequest request, StreamObserver<ListMetricsResponse> out) {
      Rpc.reply(out, ListMetricsResponse.getDefaultInstance());
    }
  }

  private <T extends AutoCloseable> T using(T one) {
    open.add(one);
    return one;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) one.close();
  }

  private Tls tls(Tls.Files files) {
    return using(Tls.open(files, LOOK));
  }

  private GrpcServer server(Tls tls) {
    var server =
        GrpcServer.start(
            new GrpcServer.Listening("127.0.0.1", 0, tls),
            TestKeys.verifier(),
            _ -> {},
            List.of(new Echo()));
    using(() -> server.drain(Duration.ZERO));
    return server;
  }

  private static void ask(GrpcServer server, Tls tls) {
    var signer = TestKeys.signer("aggregator");
    try (var peer = Peer.open("svc-metrics", "127.0.0.1:" + server.port(), signer, tls)) {
      ask(peer);
    }
  }

  private static void ask(Peer peer) {
    var request = ListMetricsRequest.getDefaultInstance();
    var caller = TestKeys.everything("acme");
    var _ =
        peer.call(() ->
            MetricsGrpc.newBlockingStub(peer.as(caller, Duration.ofSeconds(20)))
                .listMetrics(request));
  }

  @Test
  void twoServicesTalk() {
    var server = server(tls(HOUSE.write(dir.resolve("server"), "svc-metrics")));
    ask(server, tls(HOUSE.write(dir.resolve("client"), "aggregator")));
  }

  /// What the caller is told when the server has the files in `server/` and itself those in
  /// `client/`.
  private static String refusal(GrpcServer server, Tls tls) {
    try {
      ask(server, tls);
      throw new AssertionError("it was let in");
    } catch (ProblemException told) {
      assertThat(told.problem().code()).isEqualTo("unavailable");
      assertThat(told.problem()).isInstanceOf(Problem.Unavailable.class);
      assertThat(told.problem().message()).startsWith("svc-metrics does not answer; ");
      return told.problem().message().replaceFirst(".* ms\\. ?", "");
    }
  }

  private GrpcServer secured() {
    return server(tls(HOUSE.write(dir.resolve("server"), "svc-metrics")));
  }

  private Tls caller() {
    return tls(HOUSE.write(dir.resolve("client"), "aggregator"));
  }

  @Test
  void aCallerInPlainTextIsTurnedAway() {
    assertThat(refusal(secured(), Tls.NONE))
        .isEqualTo(
            "It closed the connection without a word, as one with TLS does to a caller without.");
  }

  @Test
  void aServerInPlainTextIsNotTalkedTo() {
    assertThat(refusal(server(Tls.NONE), caller()))
        .isEqualTo("It speaks no TLS, and this side calls with it.");
  }

  @Test
  void aCallerWithoutACertificateIsTurnedAway() throws Exception {
    var server = secured();
    Path trust = dir.resolve("server/trust.pem");
    var channel =
        NettyChannelBuilder.forTarget(
                "127.0.0.1:" + server.port(),
                TlsChannelCredentials.newBuilder().trustManager(trust.toFile()).build())
            .overrideAuthority("svc-metrics")
            .build();
    using(channel::shutdownNow);
    assertThatThrownBy(() ->
            MetricsGrpc.newBlockingStub(channel)
                .listMetrics(ListMetricsRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(Wire.failure(refused, "svc-metrics").getMessage())
                    .startsWith("unavailable: svc-metrics does not answer")
                    .endsWith("It asks for a certificate, and this side has none."));
  }

  @Test
  void aCertificateOfAnotherAuthorityIsNotTaken() {
    var stranger = tls(OTHER.writeTrusting(dir.resolve("client"), "aggregator", HOUSE));
    assertThat(refusal(secured(), stranger))
        .isEqualTo("It does not trust the certificate of this side.");
    var other = server(tls(OTHER.writeTrusting(dir.resolve("other"), "svc-metrics", HOUSE)));
    assertThat(refusal(other, caller()))
        .isEqualTo("Its certificate is signed by no authority that is trusted here.");
  }

  @Test
  void aCertificateThatIsOverIsNotTaken() {
    var over = tls(HOUSE.writeExpired(dir.resolve("client"), "aggregator"));
    assertThat(refusal(secured(), over))
        .isEqualTo("It refuses the certificate of this side, which has expired.");
    var server = server(tls(HOUSE.writeExpired(dir.resolve("over"), "svc-metrics")));
    assertThat(refusal(server, caller())).isEqualTo("Its certificate has expired.");
  }

  @Test
  void oneServiceCannotStandInForAnother() {
    var server = server(tls(HOUSE.write(dir.resolve("server"), "svc-cards")));
    assertThat(refusal(server, caller())).isEqualTo("Its certificate is not one of svc-metrics.");
  }

  @Test
  void newCertificatesAreUsedWithoutARestart() {
    var server = secured();
    var caller = caller();
    try (var connected =
        Peer.open(
            "svc-metrics", "127.0.0.1:" + server.port(), TestKeys.signer("aggregator"), caller)) {
      ask(connected);
      // The server goes over to another authority; who is connected stays so.
      OTHER.write(dir.resolve("server"), "svc-metrics");
      await().untilAsserted(() -> assertThat(refusal(server, caller)).isNotEmpty());
      ask(connected);
      OTHER.write(dir.resolve("client"), "aggregator");
      await().untilAsserted(() -> ask(server, caller));
    }
  }

  @Test
  void whatCannotBeUsedLeavesTheLastGoodOne() throws Exception {
    var files = HOUSE.write(dir.resolve("client"), "aggregator");
    var held = new TlsFiles(files, Clock.systemUTC());
    var good = held.own().getCertificateChain(alias(held));
    for (Path file : List.of(files.certificate(), files.key(), files.trust())) {
      byte[] before = Files.readAllBytes(file);
      Files.writeString(file, "half a fi");
      held.look();
      Files.delete(file);
      held.look();
      assertThat(held.own().getCertificateChain(alias(held))).isEqualTo(good);
      Files.write(file, before);
    }
    // A certificate whose key has not come yet.
    byte[] key = Files.readAllBytes(files.key());
    HOUSE.write(dir.resolve("client"), "aggregator");
    byte[] next = Files.readAllBytes(files.key());
    Files.write(files.key(), key);
    held.look();
    assertThat(held.own().getCertificateChain(alias(held))).isEqualTo(good);
    Files.write(files.key(), next);
    held.look();
    assertThat(held.own().getCertificateChain(alias(held))).isNotEqualTo(good);
  }

  private static String alias(TlsFiles held) {
    return held.own().getClientAliases("EC", new java.security.Principal[0])[0];
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments("certificate.pem", "", "tls.certificate", "holds no certificate in PEM"),
        arguments("certificate.pem", null, "tls.certificate", "cannot be read"),
        arguments("key.pem", "-----BEGIN RSA PRIVATE KEY-----\n", "tls.key", "PKCS#8"),
        arguments("key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n", "tls.key", "PKCS#8"),
        arguments("key.pem", null, "tls.key", "cannot be read"),
        arguments("trust.pem", "nothing", "tls.trust", "holds no certificate in PEM"));
  }

  @ParameterizedTest
  @MethodSource
  void wrong(String file, @Nullable String text, String setting, String sentence) throws Exception {
    var files = HOUSE.write(dir, "svc-metrics");
    if (text == null) Files.delete(dir.resolve(file));
    else Files.writeString(dir.resolve(file), text);
    assertThatThrownBy(() -> Tls.open(Optional.of(files)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("setting " + setting + ": " + dir.resolve(file))
        .hasMessageContaining(sentence);
  }

  @Test
  void aKeyOfAnotherCertificateIsSaid() throws Exception {
    var files = HOUSE.write(dir, "svc-metrics");
    byte[] key = Files.readAllBytes(files.key());
    HOUSE.write(dir, "svc-metrics");
    Files.write(files.key(), key);
    assertThatThrownBy(() -> Tls.open(Optional.of(files)))
        .hasMessageContaining("is not the key of the certificate in tls.certificate");
  }
}
