package io.cardloom.cards.card;

import static java.util.stream.Collectors.toMap;

import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.cards.definition.CardDefinition;
import io.cardloom.cards.definition.CardProperty;
import io.cardloom.cards.definition.DefinitionId;
import io.cardloom.cards.definition.DefinitionStore;
import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.cards.v1.SearchCardsRequest;
import io.cardloom.proto.cards.v1.SearchCardsResponse;
import io.cardloom.proto.common.v1.Facet;
import io.cardloom.proto.common.v1.FacetValue;
import io.cardloom.proto.common.v1.Hit;
import io.cardloom.proto.common.v1.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/// Searches the cards of a definition. The index is written with the cards, so an answer is exact.
public final class SearchCards {
  private final Db db;
  private final DefinitionStore definitions;
  private final DocumentIndex index;

  public SearchCards(Db db, DefinitionStore definitions, DocumentIndex index) {
    this.db = db;
    this.definitions = definitions;
    this.index = index;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound`, `WrongState` while the definition
  ///   is a draft, `Invalid` when the query does not fit its properties
  public SearchCardsResponse run(Caller caller, SearchCardsRequest request) {
    var id = new DefinitionId(caller.tenant(), request.getCardDefinitionId());
    return db.inTx(
        caller.tenant(),
        tx -> {
          CardDefinition definition = definitions.require(tx, id);
          refuseIfDraft(definition);
          return response(definition, index.search(tx, id.collection(), request.getQuery()));
        });
  }

  private static void refuseIfDraft(CardDefinition definition) {
    if (definition.state().live()) return;
    String id = definition.id().id();
    throw new Problem.WrongState(
            "card definition",
            id,
            definition.state().name(),
            "ACTIVE",
            List.of(
                new Next(
                    "activate_card_definition",
                    "{\"cardDefinitionId\":\"" + id + "\"}",
                    "builds its cards")))
        .exception();
  }

  private static SearchCardsResponse response(
      CardDefinition definition, DocumentIndex.Result result) {
    var response = SearchCardsResponse.newBuilder().setAfter(result.after());
    if (result.total() >= 0) response.setTotal(result.total());
    result.hits().forEach(hit -> response.addCards(hit(hit)));
    Map<String, String> labels =
        definition.properties().stream()
            .collect(toMap(CardProperty::identifier, CardProperty::name));
    result
        .facets()
        .forEach(facet ->
            response.addFacets(
                facet(facet, labels.getOrDefault(facet.property(), facet.property()))));
    return response.build();
  }

  private static Hit hit(DocumentIndex.Hit hit) {
    return Hit.newBuilder()
        .setId(hit.key())
        .setVersion(hit.version())
        .setUpdatedAt(Instant.EPOCH.plus(hit.acceptedAtMicros(), ChronoUnit.MICROS).toString())
        .setValues(Json.newBuilder().setUtf8(UnsafeByteOperations.unsafeWrap(hit.body())))
        .build();
  }

  private static Facet facet(DocumentIndex.FacetCounts counts, String label) {
    var facet = Facet.newBuilder().setPropertyId(counts.property()).setHeader(label);
    counts
        .values()
        .forEach(value ->
            facet.addValues(FacetValue.newBuilder().setKey(value.value()).setCount(value.count())));
    return facet.build();
  }
}
