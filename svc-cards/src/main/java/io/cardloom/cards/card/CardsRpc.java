package io.cardloom.cards.card;

import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.cards.definition.CardDefinition;
import io.cardloom.cards.definition.DefinitionId;
import io.cardloom.cards.definition.DefinitionStore;
import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
import io.cardloom.kit.db.Db;
import io.cardloom.proto.cards.v1.CardsGrpc;
import io.cardloom.proto.cards.v1.SearchCardsRequest;
import io.cardloom.proto.cards.v1.SearchCardsResponse;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.common.v1.StagesResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/// The gRPC edge of cards.
public final class CardsRpc extends CardsGrpc.CardsImplBase {
  private final Db db;
  private final DefinitionStore definitions;
  private final CardStore cards;
  private final DocumentIndex index;
  private final SearchCards search;
  private final TraceEntry trace;

  public CardsRpc(
      Db db,
      DefinitionStore definitions,
      CardStore cards,
      DocumentIndex index,
      SearchCards search,
      TraceEntry trace) {
    this.db = db;
    this.definitions = definitions;
    this.cards = cards;
    this.index = index;
    this.search = search;
    this.trace = trace;
  }

  @Override
  public void searchCards(SearchCardsRequest request, StreamObserver<SearchCardsResponse> out) {
    Rpc.reply(out, search.run(Caller.current(), request));
  }

  @Override
  public void describeStages(StagesRequest request, StreamObserver<StagesResponse> out) {
    Rpc.reply(out, trace.run(Caller.current(), request));
  }

  @Override
  public void scanCards(ScanRequest request, StreamObserver<ScanResponse> out) {
    var id = new DefinitionId(Caller.current().tenant(), request.getCollectionId());
    ScanResponse page =
        db.inTx(
            id.tenant(),
            tx -> {
              CardDefinition definition = definitions.require(tx, id);
              return page(
                  request,
                  cards.scan(tx, id, request.getAfterKey(), request.getLimit()).stream()
                      .map(card -> scanned(definition, card))
                      .toList());
            });
    Rpc.reply(out, page);
  }

  @Override
  public void scanCardIndex(ScanRequest request, StreamObserver<ScanResponse> out) {
    var id = new DefinitionId(Caller.current().tenant(), request.getCollectionId());
    ScanResponse page =
        db.inTx(
            id.tenant(),
            tx -> {
              boolean indexed = definitions.require(tx, id).state().live();
              return page(
                  request,
                  !indexed
                      ? List.of()
                      : index
                          .scan(tx, id.collection(), request.getAfterKey(), request.getLimit())
                          .stream()
                          .map(CardsRpc::scanned)
                          .toList());
            });
    Rpc.reply(out, page);
  }

  private static ScanResponse page(ScanRequest request, List<ScannedDocument> documents) {
    return ScanResponse.newBuilder()
        .addAllDocuments(documents)
        .setLast(documents.size() < request.getLimit())
        .build();
  }

  private static ScannedDocument scanned(CardDefinition definition, Card card) {
    var document =
        ScannedDocument.newBuilder()
            .setKey(card.key().key())
            .setVersion(card.version())
            .setBody(UnsafeByteOperations.unsafeWrap(card.json()))
            .setAcceptedAtMicros(card.acceptedAtMicros());
    for (int source = 0; source < definition.sources().size(); source++) {
      if (card.sources().present(source)) {
        document.putSourceVersions(definition.sources().get(source), card.sources().seen(source));
      }
    }
    return document.build();
  }

  private static ScannedDocument scanned(DocumentIndex.Hit hit) {
    return ScannedDocument.newBuilder()
        .setKey(hit.key())
        .setVersion(hit.version())
        .setBody(UnsafeByteOperations.unsafeWrap(hit.body()))
        .setAcceptedAtMicros(hit.acceptedAtMicros())
        .build();
  }
}
