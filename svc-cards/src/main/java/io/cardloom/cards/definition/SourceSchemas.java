package io.cardloom.cards.definition;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Draft;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.ConfigurationNode;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaResponse;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The data sources as svc-ingest describes them to the caller.
public final class SourceSchemas {
  /// Each call reads one source's properties.
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private static final String SOURCE = "data_source";

  /// Most ids that a violation names as allowed.
  private static final int ALLOWED_MAX = 20;

  private final Peer ingest;

  public SourceSchemas(Peer ingest) {
    this.ingest = ingest;
  }

  /// The sources in the order asked for, all at once. Those with a problem already are not asked
  /// for.
  ///
  /// @param draft takes a problem for each unknown source, with its path in `sourceIds`
  /// @throws ProblemException `Unavailable` when svc-ingest does not answer
  Map<String, DescribeDataSourceSchemaResponse> describe(
      Caller caller, List<String> ids, Draft draft) {
    var answers = new LinkedHashMap<Integer, Future<Optional<DescribeDataSourceSchemaResponse>>>();
    var schemas = new LinkedHashMap<String, DescribeDataSourceSchemaResponse>();
    var unknown = new ArrayList<Integer>();
    try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < ids.size(); i++) {
        String id = ids.get(i);
        if (!draft.broken(path(i))) answers.put(i, calls.submit(() -> find(caller, id)));
      }
      answers.forEach((i, answer) -> {
        var schema = result(answer);
        if (schema.isPresent()) schemas.put(ids.get(i), schema.get());
        else unknown.add(i);
      });
    }
    if (!unknown.isEmpty()) {
      List<String> known = known(caller);
      unknown.forEach(i -> draft.problem(unknownSource(i, ids.get(i), known)));
    }
    return schemas;
  }

  private static String path(int position) {
    return "sourceIds[" + position + "]";
  }

  /// Entries of a source now.
  long entries(Caller caller, String id) {
    return find(caller, id).map(DescribeDataSourceSchemaResponse::getEntryCount).orElse(0L);
  }

  private Optional<DescribeDataSourceSchemaResponse> find(Caller caller, String id) {
    var request = DescribeDataSourceSchemaRequest.newBuilder().setSourceId(id).build();
    try {
      return Optional.of(ingest.call(() -> sources(caller).describeDataSourceSchema(request)));
    } catch (ProblemException refused) {
      if (refused.problem().grpcCode() == Status.Code.NOT_FOUND) return Optional.empty();
      throw refused;
    }
  }

  private List<String> known(Caller caller) {
    var part =
        ingest.call(() ->
            sources(caller).describeConfiguration(ConfigurationPartRequest.getDefaultInstance()));
    return part.getNodesList().stream()
        .filter(node -> node.getKind().equals(SOURCE))
        .map(ConfigurationNode::getId)
        .toList();
  }

  private SourcesGrpc.SourcesBlockingStub sources(Caller caller) {
    return SourcesGrpc.newBlockingStub(ingest.as(caller.reading(), DEADLINE));
  }

  private static Violation unknownSource(int position, String id, List<String> known) {
    return new Violation(
        path(position),
        "unknown_source",
        "There is no data source " + id + ".",
        id,
        known.stream().limit(ALLOWED_MAX).toList(),
        Nearest.of(id, known));
  }

  private static <T> T result(Future<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) throw cause;
      throw new IllegalStateException(failure.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Problem.Unavailable("svc-cards", DEADLINE).exception();
    }
  }
}
