package io.cardloom.local.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks services whether they are ready.
public final class Readiness {
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(2);
  private static final Duration READY_WAIT = Duration.ofSeconds(180);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private static final Logger log = LoggerFactory.getLogger(Readiness.class);

  private Readiness() {}

  /// How one instance is.
  ///
  /// @param detail empty when ready
  public record Answer(Part part, int instance, boolean ready, String detail) {}

  /// Every instance, asked now.
  public static List<Answer> ask(StackUrls urls, StackOptions options) {
    try (var http = HttpClient.newBuilder().connectTimeout(ANSWER_WAIT).build()) {
      return ask(http, urls, options);
    }
  }

  private static List<Answer> ask(HttpClient http, StackUrls urls, StackOptions options) {
    var answers = new ArrayList<Answer>();
    for (var part : Part.values()) {
      for (int instance = 0; instance < options.instances().getOrDefault(part, 1); instance++) {
        answers.add(ask(http, urls, part, instance));
      }
    }
    return answers;
  }

  /// Returns when all are ready. Throws `IllegalStateException` that names those that are not.
  static void await(StackUrls urls, StackOptions options) throws InterruptedException {
    long deadline = System.nanoTime() + READY_WAIT.toNanos();
    try (var http = HttpClient.newBuilder().connectTimeout(ANSWER_WAIT).build()) {
      await(http, urls, options, deadline);
    }
  }

  private static void await(HttpClient http, StackUrls urls, StackOptions options, long deadline)
      throws InterruptedException {
    List<Answer> before = List.of();
    while (true) {
      var missing = ask(http, urls, options).stream().filter(answer -> !answer.ready()).toList();
      if (missing.isEmpty()) {
        return;
      }
      if (!missing.equals(before)) {
        log.info("waiting for {}", missing);
        before = missing;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "not ready after "
                + READY_WAIT.toSeconds()
                + " s: "
                + String.join(
                    "; ",
                    missing.stream()
                        .map(answer -> answer.part().title() + " " + answer.detail())
                        .toList()));
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
  }

  private static Answer ask(HttpClient http, StackUrls urls, Part part, int instance) {
    var request =
        HttpRequest.newBuilder(URI.create(urls.health(part, instance)))
            .timeout(ANSWER_WAIT)
            .build();
    try {
      var response = http.send(request, HttpResponse.BodyHandlers.ofString());
      boolean ready = response.statusCode() / 100 == 2;
      return new Answer(part, instance, ready, ready ? "" : response.body());
    } catch (IOException _) {
      return new Answer(part, instance, false, "does not answer");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Answer(part, instance, false, "was not asked");
    }
  }
}
