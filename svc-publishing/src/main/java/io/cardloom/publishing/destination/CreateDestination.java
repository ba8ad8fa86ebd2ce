package io.cardloom.publishing.destination;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.publishing.v1.CreateDestinationRequest;
import io.cardloom.proto.publishing.v1.CreateDestinationResponse;
import io.cardloom.publishing.write.Calls;
import io.cardloom.publishing.write.Outcome;
import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Creates a destination. Its languages are distinct, the default one is among them, and an origin
/// is `*` or a scheme and host.
public final class CreateDestination {
  private final Db db;
  private final DestinationStore destinations;
  private final Clock clock;

  public CreateDestination(Db db, DestinationStore destinations, Clock clock) {
    this.db = db;
    this.destinations = destinations;
    this.clock = clock;
  }

  /// @throws ProblemException `Invalid` with every violation; `AlreadyExists`
  public CreateDestinationResponse run(Caller caller, CreateDestinationRequest request) {
    Destination destination = checked(caller, request);
    var outcome =
        Outcome.of(
            request.getDryRun(),
            destination.version(),
            caller,
            List.of(),
            List.of(
                Calls.createApiVersion(
                    destination.id(), "", "Endpoints belong to a version of its API.")));
    var response =
        CreateDestinationResponse.newBuilder()
            .setDestination(destination.toPb())
            .setOutcome(outcome)
            .build();
    if (request.getDryRun()) {
      db.useTx(
          caller.tenant(),
          tx -> {
            if (destinations.find(tx, caller.tenant(), destination.id()).isPresent()) {
              throw taken(destination);
            }
          });
      return response;
    }
    return Idempotency.run(
        db,
        caller,
        "create_destination",
        request.getIdempotencyKey(),
        request,
        CreateDestinationResponse.parser(),
        tx -> store(tx, destination, response));
  }

  private CreateDestinationResponse store(
      io.cardloom.kit.db.Tx tx, Destination destination, CreateDestinationResponse response)
      throws SQLException {
    if (!destinations.insert(tx, destination)) throw taken(destination);
    return response;
  }

  private Destination checked(Caller caller, CreateDestinationRequest request) {
    var violations = new ArrayList<Violation>();
    var languages = request.getLanguagesList();
    var seen = new HashSet<String>();
    for (int i = 0; i < languages.size(); i++) {
      if (seen.add(languages.get(i))) continue;
      violations.add(
          Violation.of(
              "languages[" + i + "]",
              "duplicate",
              "The language " + languages.get(i) + " is given twice.",
              languages.get(i)));
    }
    String byDefault = request.getDefaultLanguage();
    if (byDefault.isEmpty() && !languages.isEmpty()) byDefault = languages.getFirst();
    if (!seen.contains(byDefault)) {
      violations.add(
          new Violation(
              "defaultLanguage",
              "unknown_language",
              "The default language must be one of languages.",
              byDefault,
              languages,
              Nearest.of(byDefault, languages)));
    }
    for (int i = 0; i < request.getCorsOriginsCount(); i++) {
      String origin = request.getCorsOrigins(i);
      if (isOrigin(origin)) continue;
      violations.add(
          new Violation(
              "corsOrigins[" + i + "]",
              "bad_origin",
              "An origin is * or a scheme and a host, without a path.",
              origin,
              List.of("*", "https://shop.example"),
              ""));
    }
    ProblemException.throwIfAny(violations);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return new Destination(
        caller.tenant(),
        request.getIdentifier(),
        request.getName().isEmpty() ? request.getIdentifier() : request.getName(),
        request.getDescription(),
        languages,
        byDefault,
        request.getCorsOriginsList(),
        request.getProtected(),
        1,
        now,
        now);
  }

  private static boolean isOrigin(String origin) {
    if (origin.equals("*")) return true;
    try {
      URI uri = URI.create(origin);
      return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawPath().isEmpty()
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static RuntimeException taken(Destination destination) {
    return new Problem.AlreadyExists("destination", destination.id()).exception();
  }
}
