package io.cardloom.kit.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DraftTest {
  private static final CreateDataSourceRequest GOOD =
      CreateDataSourceRequest.newBuilder().setId("shoes").setName("Shoes").build();

  private static List<String> problems(Draft draft) {
    return draft.problems().stream().map(one -> one.path() + " " + one.rule()).toList();
  }

  @Test
  void aRuleTakesThePlaceOfTheContractsWordsOnTheSamePath() {
    var draft = Draft.of(GOOD.toBuilder().setId("a b").setName("").build());
    assertThat(problems(draft)).containsExactly("id string.pattern", "name string.min_len");
    draft.problem(Violation.of("id", "bad_id", "First."));
    draft.problem(Violation.of("id", "reserved_id", "Second."));
    assertThat(problems(draft))
        .containsExactly("name string.min_len", "id bad_id", "id reserved_id");
    assertThat(draft.broken("id")).isTrue();
    assertThat(draft.broken("languages")).isFalse();
    assertThat(draft.submit("create_data_source", "It would.").getWhy())
        .isEqualTo("3 problems are in the way.");
    assertThatThrownBy(draft::throwIfAny)
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused ->
                assertThat(refused.problem()).isEqualTo(new Problem.Invalid(draft.problems())));
  }

  @Test
  void whatWasFilledInIsToldAsJson() {
    var draft = Draft.of(GOOD);
    draft.filled("a", "say \"hi\" \\ \n", "Because.");
    draft.filled("b", 5, "Because.");
    draft.filled("c", true, "Because.");
    draft.filledJson("d", "[1]", "Because.");
    assertThat(draft.defaultsPb())
        .extracting(one -> one.getPath() + " " + one.getValue().getUtf8().toStringUtf8())
        .containsExactly("a \"say \\\"hi\\\" \\\\ \\u000a\"", "b 5", "c true", "d [1]");
    assertThat(draft.good()).isTrue();
    draft.throwIfAny();
    assertThat(draft.submit("create_data_source", "It would.").getWhy()).isEqualTo("It would.");
  }

  @Test
  void whatARuleThrowsBecomesAProblemUnlessItIsNotTheRequestsFault() {
    var draft = Draft.of(GOOD);
    assertThat(draft.tried("x", () -> "fine")).contains("fine");
    assertThat(
            draft.tried(
                "source",
                () -> {
                  throw new Problem.NotFound("data source", "shoe", "shoes", List.of()).exception();
                }))
        .isEmpty();
    assertThat(draft.problems())
        .containsExactly(
            new Violation(
                "source",
                "not_found",
                "There is no data source shoe. Did you mean shoes?",
                "shoe",
                List.of(),
                "shoes"));
    draft.tried(
        "id",
        () -> {
          throw new Problem.AlreadyExists("data source", "shoes").exception();
        });
    draft.tried(
        "version",
        () -> {
          throw new Problem.WrongState("version", "v1", "ACTIVE", "NEW", List.of()).exception();
        });
    draft.tried(
        "rest",
        () -> {
          throw new Problem.Invalid(List.of(Violation.of("deep[0]", "rule", "Sentence.")))
              .exception();
        });
    assertThat(problems(draft))
        .containsExactly("source not_found", "id conflict", "version conflict", "deep[0] rule");
    var away = new Problem.Unavailable("svc-cards", Duration.ofSeconds(1));
    assertThatThrownBy(() ->
            draft.tried(
                "x",
                () -> {
                  throw away.exception();
                }))
        .isInstanceOfSatisfying(
            ProblemException.class, refused -> assertThat(refused.problem()).isEqualTo(away));
  }

  @Test
  void anAnswerNamesABoundedNumberOfProblems() {
    var draft = Draft.of(GOOD);
    for (int i = 0; i <= Problem.VIOLATIONS_MAX; i++) {
      assertThat(draft.full()).isEqualTo(i == Problem.VIOLATIONS_MAX);
      draft.problem(Violation.of("p[" + i + "]", "rule", "Sentence."));
    }
    assertThat(draft.problemsPb()).hasSize(Problem.VIOLATIONS_MAX);
    assertThat(draft.submit("t", "").getWhy()).startsWith("101 problems");
  }
}
