package io.cardloom.aggregator.tool;

import com.google.protobuf.ByteString;
import io.cardloom.aggregator.call.Peers;
import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.aggregator.v1.TraceEntryLifecycleRequest;
import io.cardloom.proto.aggregator.v1.TraceEntryLifecycleResponse;
import io.cardloom.proto.cards.v1.CardsGrpc;
import io.cardloom.proto.common.v1.CardRef;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.NextCall;
import io.cardloom.proto.common.v1.Stage;
import io.cardloom.proto.common.v1.StageStatus;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.common.v1.StagesResponse;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import io.cardloom.proto.publishing.v1.DestinationDataGrpc;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/// `trace_entry_lifecycle`: how far one entry is, from import to every endpoint.
///
/// The services are asked along the way of the entry, since each needs what the one before it
/// knows: the entry's version tells whether a card has it already, the cards tell which rows to
/// look for. One out of reach is named, not fatal.
public final class TraceEntryLifecycle {
  private final Peers peers;
  private final Duration deadline;

  public TraceEntryLifecycle(Peers peers, Duration deadline) {
    this.peers = peers;
    this.deadline = deadline;
  }

  /// Throws [Problem.NotFound] when svc-ingest answers and has no such entry.
  public TraceEntryLifecycleResponse run(Caller caller, TraceEntryLifecycleRequest request) {
    var asked =
        StagesRequest.newBuilder()
            .setSourceId(request.getSourceId())
            .setEntryId(request.getEntryId());
    var ingest =
        Part.of(
            peers.ingest().name(),
            () ->
                peers
                    .ingest()
                    .call(() ->
                        EntriesGrpc.newBlockingStub(peers.ingest().as(caller, deadline))
                            .describeStages(asked.build())));
    if (ingest.value().isPresent() && ingest.value().get().getStagesCount() == 0) {
      throw new Problem.NotFound("entry", request.getEntryId()).exception();
    }
    Optional<Stage> accepted = ingest.value().flatMap(TraceEntryLifecycle::accepted);
    asked.setEntryVersion(accepted.map(Stage::getVersion).orElse(0L));
    var cards =
        Part.of(
            peers.cards().name(),
            () ->
                peers
                    .cards()
                    .call(() ->
                        CardsGrpc.newBlockingStub(peers.cards().as(caller, deadline))
                            .describeStages(asked.build())));
    cards.value().ifPresent(known -> asked.addAllCards(known.getCardsList()));
    var publishing =
        Part.of(
            peers.publishing().name(),
            () ->
                peers
                    .publishing()
                    .call(() ->
                        DestinationDataGrpc.newBlockingStub(peers.publishing().as(caller, deadline))
                            .describeStages(asked.build())));
    var stages = new ArrayList<Stage>();
    var unavailable = new ArrayList<String>();
    collect(ingest, "ingest", accepted, stages, unavailable);
    collect(cards, "card", accepted, stages, unavailable);
    collect(publishing, "destination", accepted, stages, unavailable);
    return answer(
        request,
        accepted,
        stages,
        cards.value().map(StagesResponse::getCardsList).orElse(List.of()),
        unavailable);
  }

  private static Optional<Stage> accepted(StagesResponse ingest) {
    return ingest.getStagesList().stream()
        .filter(stage -> stage.getStage().equals("ingest"))
        .findFirst();
  }

  private static void collect(
      Part<StagesResponse> part,
      String first,
      Optional<Stage> accepted,
      List<Stage> stages,
      List<String> unavailable) {
    if (part.value().isPresent()) {
      part.value().get().getStagesList().forEach(stage -> stages.add(withLag(stage, accepted)));
      return;
    }
    unavailable.add(part.service());
    stages.add(
        Stage.newBuilder()
            .setStage(first)
            .setStatus(StageStatus.STAGE_STATUS_UNKNOWN)
            .setDetail(part.service() + " did not answer.")
            .build());
  }

  /// Seconds from accepted to there, where the service did not say and both times are known.
  private static Stage withLag(Stage stage, Optional<Stage> accepted) {
    if (stage.hasLagSeconds() || stage.getAt().isEmpty() || accepted.isEmpty()) return stage;
    try {
      var from = Instant.parse(accepted.get().getAt());
      long millis = Duration.between(from, Instant.parse(stage.getAt())).toMillis();
      return millis < 0 ? stage : stage.toBuilder().setLagSeconds(millis / 1000.0).build();
    } catch (DateTimeParseException notTold) {
      return stage;
    }
  }

  private static TraceEntryLifecycleResponse answer(
      TraceEntryLifecycleRequest request,
      Optional<Stage> accepted,
      List<Stage> stages,
      List<CardRef> cards,
      List<String> unavailable) {
    var answer =
        TraceEntryLifecycleResponse.newBuilder()
            .setSourceId(request.getSourceId())
            .setEntryId(request.getEntryId())
            .setEntryVersion(accepted.map(Stage::getVersion).orElse(0L))
            .addAllStages(stages)
            .addAllUnavailable(unavailable);
    Optional<Stage> stuck = stages.stream().filter(TraceEntryLifecycle::holdsUp).findFirst();
    stuck.ifPresent(stage -> answer.setStuckAt(stage.getStage()));
    answer.setVerdict(verdict(request.getEntryId(), stages, stuck));
    if (stuck.isPresent()) {
      answer.addNext(again(request));
    } else {
      stages.stream()
          .filter(stage -> stage.getStage().equals("destination") && done(stage))
          .findFirst()
          .flatMap(stage -> look(stage, cards))
          .ifPresentOrElse(answer::addNext, () -> answer.addNext(whoUses(request)));
    }
    return answer.build();
  }

  private static boolean done(Stage stage) {
    return stage.getStatus() == StageStatus.STAGE_STATUS_DONE;
  }

  private static boolean holdsUp(Stage stage) {
    return switch (stage.getStatus()) {
      case STAGE_STATUS_PENDING, STAGE_STATUS_FAILED, STAGE_STATUS_UNKNOWN -> true;
      case STAGE_STATUS_DONE, STAGE_STATUS_SKIPPED, STAGE_STATUS_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }

  private static String verdict(String entry, List<Stage> stages, Optional<Stage> stuck) {
    if (stuck.isPresent()) {
      var stage = stuck.get();
      String at = stage.getStage() + (stage.getTarget().isEmpty() ? "" : " " + stage.getTarget());
      String why = stage.getDetail().isEmpty() ? "" : ": " + stage.getDetail();
      String how =
          switch (stage.getStatus()) {
            case STAGE_STATUS_FAILED -> " failed at ";
            case STAGE_STATUS_UNKNOWN -> " cannot be followed past ";
            case STAGE_STATUS_PENDING,
                STAGE_STATUS_DONE,
                STAGE_STATUS_SKIPPED,
                STAGE_STATUS_UNSPECIFIED,
                UNRECOGNIZED ->
                " is on its way at ";
          };
      String sentence = "Entry " + entry + how + at + why;
      return sentence.endsWith(".") ? sentence : sentence + ".";
    }
    long endpoints =
        stages.stream()
            .filter(stage -> stage.getStage().equals("destination") && done(stage))
            .count();
    if (endpoints > 0) {
      return "Entry "
          + entry
          + " is everywhere it belongs: "
          + endpoints
          + (endpoints == 1 ? " endpoint." : " endpoints.");
    }
    boolean onCard =
        stages.stream().anyMatch(stage -> stage.getStage().equals("card") && done(stage));
    return onCard
        ? "Entry " + entry + " is on its card, which no active endpoint shows."
        : "Entry " + entry + " is stored, and no active card definition uses it.";
  }

  private static NextCall again(TraceEntryLifecycleRequest request) {
    return next(
        "trace_entry_lifecycle",
        "looks again",
        out -> {
          out.writeStringProperty("sourceId", request.getSourceId());
          out.writeStringProperty("entryId", request.getEntryId());
        });
  }

  private static NextCall whoUses(TraceEntryLifecycleRequest request) {
    return next(
        "list_configuration",
        "shows what the source feeds",
        out -> {
          out.writeStringProperty("focusId", request.getSourceId());
          out.writeNumberProperty("depth", 3);
        });
  }

  /// The endpoint's row, by the id of its card; an endpoint id is destination, version and path
  /// with dots between.
  private static Optional<NextCall> look(Stage stage, List<CardRef> cards) {
    String[] id = stage.getTarget().split("\\.", -1);
    if (id.length != 3 || cards.isEmpty()) return Optional.empty();
    return Optional.of(
        next(
            "search_destination_data",
            "shows it as consumers see it",
            out -> {
              out.writeStringProperty("destinationId", id[0]);
              out.writeStringProperty("apiVersion", id[1]);
              out.writeStringProperty("endpoint", id[2]);
              out.writeName("query");
              out.writeStartObject();
              out.writeName("filters");
              out.writeStartArray();
              out.writeStartObject();
              out.writeStringProperty("property", "id");
              out.writeName("text");
              out.writeStartObject();
              out.writeName("anyOf");
              out.writeArray(new String[] {cards.getFirst().getCardId()}, 0, 1);
              out.writeEndObject();
              out.writeEndObject();
              out.writeEndArray();
              out.writeEndObject();
            }));
  }

  private static NextCall next(String tool, String why, Consumer<JsonGenerator> arguments) {
    byte[] json =
        JsonText.bytes(out -> {
          out.writeStartObject();
          arguments.accept(out);
          out.writeEndObject();
        });
    return NextCall.newBuilder()
        .setTool(tool)
        .setWhy(why)
        .setArguments(Json.newBuilder().setUtf8(ByteString.copyFrom(json)))
        .build();
  }
}
