package io.cardloom.publishing.selection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.cardloom.index.Body;
import io.cardloom.proto.common.v1.Filter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each line: a condition, and whether the card matches it.
final class ConditionsTest {
  private static final Body CARD =
      Body.parse(
          """
          {"brand":"Ac\\"me","name":{"en":"Red Shoe","sv":"Röd sko"},"online":true,"price":99.5,\
          "released":"2026-03-01T10:00:00+02:00","stock":0,"tags":["New","Sale"]}\
          """
              .getBytes(StandardCharsets.UTF_8));

  private static Filter filter(String text) {
    try {
      return TextFormat.parse(text, Filter.class);
    } catch (TextFormat.ParseException failure) {
      throw new IllegalArgumentException(text, failure);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "property: 'brand' text { any_of: 'AC\"ME' }                                | true",
        "property: 'brand' text { any_of: 'other' any_of: 'ac\"me' }                | true",
        "property: 'brand' text { none_of: 'ac\"me' }                               | false",
        "property: 'brand' text { contains: '\"M' }                                 | true",
        "property: 'brand' text { starts_with: 'me' }                               | false",
        "property: 'brand' text { any_of: 'ac\"me' none_of: 'ac\"me' }              | false",
        "property: 'color' text { exists: false }                                   | true",
        "property: 'color' text { exists: true }                                    | false",
        "property: 'color' text { none_of: 'red' }                                  | true",
        "property: 'color' text { any_of: 'red' }                                   | false",
        "property: 'name' text { any_of: 'röd sko' }                                | true",
        "property: 'name' language: 'en' text { any_of: 'röd sko' }                 | false",
        "property: 'name' language: 'de' text { exists: true }                      | false",
        "property: 'id' text { any_of: 'Card-1' }                                   | true",
        "property: 'id' text { any_of: 'card-1' }                                   | false",
        "property: 'tags' list { contains_any: 'sale' contains_any: 'x' }           | true",
        "property: 'tags' list { contains_all: 'sale' contains_all: 'x' }           | false",
        "property: 'tags' list { contains_all: 'sale' contains_all: 'new' }         | true",
        "property: 'tags' list { contains_none: 'new' }                             | false",
        "property: 'colors' list { exists: false }                                  | true",
        "property: 'online' boolean { is: true }                                    | true",
        "property: 'online' boolean { is: false }                                   | false",
        "property: 'offline' boolean { is: false }                                  | false",
        "property: 'price' number { gte: 99.5 lt: 100 }                             | true",
        "property: 'price' number { gt: 99.5 }                                      | false",
        "property: 'price' number { lte: 99 }                                       | false",
        "property: 'stock' number { any_of: 0 }                                     | true",
        "property: 'weight' number { lt: 5 }                                        | false",
        "property: 'weight' number { exists: false }                                | true",
        "property: 'released' timestamp { from: '2026-03-01T08:00:00Z' }            | true",
        "property: 'released' timestamp { from: '2026-03-01T08:00:01Z' }            | false",
        "property: 'released' timestamp { to: '2026-03-01T08:00:00Z' }              | true",
        "property: 'withdrawn' timestamp { exists: false }                          | true"
      })
  void aConditionMatchesAsASearchWould(String condition, boolean matches) {
    assertThat(Conditions.of(List.of(filter(condition))).match("Card-1", CARD)).isEqualTo(matches);
  }
}
