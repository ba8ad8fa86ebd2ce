package io.cardloom.kit.call;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/// Creates that a client may repeat: the first answer to an idempotency key is kept for a day and
/// given again. A repeat that comes while the first is being answered waits for it.
public final class Idempotency {
  private static final String LOCK =
      """
      SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.idempotency'),
                                   hashtext(? || '/' || ? || '/' || ?))
      """;
  private static final String FIND =
      "SELECT request_hash, response FROM idempotency WHERE tenant = ? AND method = ? AND key = ?";
  private static final String KEEP =
      """
      INSERT INTO idempotency (tenant, method, key, request_hash, response)
      VALUES (?, ?, ?, ?, ?)
      """;
  private static final String FORGET =
      "DELETE FROM idempotency WHERE created_at < now() - interval '1 day'";

  private record Kept(byte[] requestHash, byte[] response) {}

  private Idempotency() {}

  /// Runs `create` in one transaction, or returns what the first call with this key returned.
  ///
  /// @param key the caller's key; empty runs it always
  /// @param request what the key stands for; another request under the same key is refused
  public static <Q extends Message, A extends Message> A run(
      Db db,
      Caller caller,
      String method,
      String key,
      Q request,
      Parser<A> parser,
      Db.Work<A> create) {
    if (key.isEmpty()) return db.inTx(caller.tenant(), create);
    return db.inTx(
        caller.tenant(),
        tx ->
            once(tx, caller, method, key, request, parser, all -> Optional.of(create.run(all)))
                .orElseThrow());
  }

  /// As [#run], in the caller's transaction, for what may come to nothing: then nothing is kept.
  public static <Q extends Message, A extends Message> Optional<A> once(
      Tx tx,
      Caller caller,
      String method,
      String key,
      Q request,
      Parser<A> parser,
      Db.Work<Optional<A>> create)
      throws Exception {
    if (key.isEmpty()) return create.run(tx);
    byte[] hash = hash(request);
    tx.one(LOCK, _ -> true, caller.tenant(), method, key);
    var kept =
        tx.one(
            FIND,
            row -> new Kept(row.column(1).get(byte[].class), row.column(2).get(byte[].class)),
            caller.tenant(),
            method,
            key);
    if (kept.isPresent()) return Optional.of(again(kept.get(), hash, parser));
    Optional<A> answer = create.run(tx);
    if (answer.isPresent()) {
      tx.update(FORGET);
      tx.update(KEEP, caller.tenant(), method, key, hash, answer.get().toByteArray());
    }
    return answer;
  }

  private static <A> A again(Kept kept, byte[] hash, Parser<A> parser)
      throws InvalidProtocolBufferException {
    if (!MessageDigest.isEqual(kept.requestHash(), hash)) {
      throw new Problem.Invalid(
              List.of(
                  Violation.of(
                      "idempotencyKey",
                      "key_reused",
                      "This idempotencyKey was used for another request; take a new one.")))
          .exception();
    }
    return parser.parseFrom(kept.response());
  }

  private static byte[] hash(Message request) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(request.toByteArray());
    } catch (NoSuchAlgorithmException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
