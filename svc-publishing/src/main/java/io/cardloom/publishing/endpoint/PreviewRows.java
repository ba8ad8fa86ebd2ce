package io.cardloom.publishing.endpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.index.Document;
import io.cardloom.kit.call.Caller;
import io.cardloom.proto.cards.v1.SearchCardsResponse;
import io.cardloom.proto.common.v1.DraftPreview;
import io.cardloom.proto.common.v1.Hit;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.publishing.selection.RowShape;
import io.cardloom.publishing.selection.Selection;

/// What a selection would serve now, made of the cards there are.
public final class PreviewRows {
  private static final int ROWS_MAX = 5;

  /// Most bytes of all rows together; the answer of a tool has room for little more. A row that
  /// does not fit is left out.
  private static final int BYTES_MAX = 24 << 10;

  private final Cards cards;

  public PreviewRows(Cards cards) {
    this.cards = cards;
  }

  /// The first rows in order of ids, and how many there are in all.
  ///
  /// @param language that localized values are in
  /// @throws io.cardloom.kit.problem.ProblemException `Unavailable` when svc-cards does not answer;
  ///   what it tells
  DraftPreview run(Caller caller, String definitionId, Selection selection, String language) {
    SearchCardsResponse found =
        cards.search(caller, definitionId, selection.conditions(), ROWS_MAX);
    var preview = DraftPreview.newBuilder().setCount(found.getTotal());
    RowShape shape = RowShape.of(selection);
    int bytes = 0;
    for (Hit card : found.getCardsList()) {
      ByteString row = row(shape, card, language);
      if (row.isEmpty() || bytes + row.size() > BYTES_MAX) continue;
      bytes += row.size();
      preview.addRows(Json.newBuilder().setUtf8(row));
    }
    return preview.build();
  }

  private static ByteString row(RowShape shape, Hit card, String language) {
    Document row = shape.row(card.getId(), card.getVersion(), card.getValues().getUtf8(), 0);
    if (row.deleted()) return ByteString.EMPTY;
    return UnsafeByteOperations.unsafeWrap(
        RowShape.json(row.key(), row.body().in(language).toJson()));
  }
}
