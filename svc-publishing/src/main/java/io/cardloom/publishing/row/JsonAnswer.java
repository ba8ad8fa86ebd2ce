package io.cardloom.publishing.row;

import io.cardloom.index.DocumentIndex.ValueCount;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.io.JsonStringEncoder;

/// Answers of the destination API as JSON bytes. Rows are copied as they are.
final class JsonAnswer {
  private static final JsonStringEncoder JSON = JsonStringEncoder.getInstance();

  private final ByteArrayOutputStream out;

  private JsonAnswer(int bytes) {
    out = new ByteArrayOutputStream(bytes);
  }

  /// `{language, total?, results, facets, after?}`.
  static byte[] page(RowPage page, boolean listIds) {
    var json = new JsonAnswer(1024 + page.rows().stream().mapToInt(r -> r.json().length + 1).sum());
    json.raw("{\"language\":").text(page.language());
    if (page.total() >= 0) json.raw(",\"total\":" + page.total());
    json.raw(",\"results\":")
        .list(
            page.rows(),
            row -> {
              if (listIds) json.text(row.id());
              else json.out.writeBytes(row.json());
            });
    json.raw(",\"facets\":").list(page.facets(), json::facet);
    if (!page.after().isEmpty()) json.raw(",\"after\":").text(page.after());
    return json.raw("}").bytes();
  }

  private void facet(RowPage.Facet facet) {
    raw("{\"propertyId\":").text(facet.property());
    raw(",\"header\":").text(facet.header());
    raw(",\"values\":").list(facet.values(), this::value).raw("}");
  }

  private void value(ValueCount value) {
    raw("{\"key\":").text(value.value()).raw(",\"count\":" + value.count() + "}");
  }

  /// `{error: {code, message, violations?}}`.
  static byte[] problem(Problem problem) {
    var json = new JsonAnswer(512);
    json.raw("{\"error\":{\"code\":").text(problem.code());
    json.raw(",\"message\":").text(problem.message());
    if (problem instanceof Problem.Invalid invalid) {
      json.raw(",\"violations\":")
          .list(
              invalid.violations().stream().limit(Problem.VIOLATIONS_MAX).toList(),
              json::violation);
    }
    return json.raw("}}").bytes();
  }

  /// `{error: {code, message}}`.
  static byte[] error(String code, String sentence) {
    var json = new JsonAnswer(256);
    json.raw("{\"error\":{\"code\":").text(code);
    return json.raw(",\"message\":").text(sentence).raw("}}").bytes();
  }

  private void violation(Violation violation) {
    raw("{\"parameter\":").text(violation.path());
    raw(",\"rule\":").text(violation.rule());
    raw(",\"message\":").text(violation.message());
    if (!violation.got().isEmpty()) raw(",\"got\":").text(violation.got());
    if (!violation.allowed().isEmpty()) {
      raw(",\"allowed\":").list(violation.allowed(), this::text);
    }
    if (!violation.didYouMean().isEmpty()) raw(",\"didYouMean\":").text(violation.didYouMean());
    raw("}");
  }

  private <T> JsonAnswer list(List<T> items, Consumer<T> item) {
    out.write('[');
    boolean first = true;
    for (T one : items) {
      if (!first) out.write(',');
      first = false;
      item.accept(one);
    }
    out.write(']');
    return this;
  }

  private JsonAnswer text(String value) {
    out.write('"');
    out.writeBytes(JSON.quoteAsUTF8(value));
    out.write('"');
    return this;
  }

  private JsonAnswer raw(String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  private byte[] bytes() {
    return out.toByteArray();
  }
}
