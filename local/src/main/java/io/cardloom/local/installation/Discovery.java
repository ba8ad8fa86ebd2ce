package io.cardloom.local.installation;

import io.cardloom.local.Refusal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Where people sign in, as the installation itself tells clients (RFC 9728).
final class Discovery {
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(10);

  private Discovery() {}

  /// The issuer of the tokens that the aggregator at this URL takes. Refuses where none answers.
  static String issuer(String publicBase) {
    if (!publicBase.matches("https?://[^/?#\\s]+(/[^?#\\s]*)?")) {
      throw new Refusal(
          "An installation is named by an http or https URL such as http://127.0.0.1:7400, not by "
              + publicBase
              + ".");
    }
    var document =
        URI.create(publicBase).resolve("/.well-known/oauth-protected-resource")
            + URI.create(publicBase).getRawPath()
            + "/demo/mcp";
    var request = HttpRequest.newBuilder(URI.create(document)).timeout(ANSWER_WAIT).build();
    try (var http = HttpClient.newBuilder().connectTimeout(ANSWER_WAIT).build()) {
      var answer = JsonMapper.shared().readTree(http.send(request, BodyHandlers.ofString()).body());
      var issuer = answer.path("authorization_servers").path(0).asString("");
      if (!issuer.isEmpty()) {
        return issuer;
      }
    } catch (JacksonException _) {
      // Something else answers there: told below.
    } catch (IOException _) {
      throw new Refusal("Nothing answers at " + publicBase + ". Is it up: docker compose ps?");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal("Interrupted.");
    }
    throw new Refusal("What answers at " + publicBase + " is no aggregator of Cardloom.");
  }
}
