package io.cardloom.local.verify;

import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.publishing.v1.Endpoint;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Walks what should be and what is side by side, in key order, so memory stays bounded whatever
/// the size of the catalogue.
public final class Verify {
  private final Services services;
  private final Differences differences;

  public Verify(Services services, Differences differences) {
    this.services = services;
    this.differences = differences;
  }

  /// Every active definition's cards and card index, and every active endpoint's rows.
  ///
  /// Throws `IllegalStateException` for an endpoint with conditions of a kind it cannot recompute.
  public void all() {
    for (var definition : services.activeDefinitions()) {
      compareCards(definition, "card", services.cards(definition.getId()));
      compareCards(definition, "card index", services.cardIndex(definition.getId()));
    }
    for (var endpoint : services.activeEndpoints()) {
      compareRows(endpoint);
    }
  }

  private void compareCards(CardDefinition definition, String what, Scan found) {
    var expected = new ExpectedCards(definition, services::entries);
    var walk = new Walk(what + " of " + definition.getId(), found);
    for (var card = expected.next(); card != null; card = expected.next()) {
      walk.expect(card.key(), card.body());
    }
    walk.end();
  }

  private void compareRows(Endpoint endpoint) {
    var conditions = endpoint.getConditionsList().stream().map(Condition::of).toList();
    var expected =
        new ExpectedCards(services.definition(endpoint.getCardDefinitionId()), services::entries);
    var walk = new Walk("row of endpoint " + endpoint.getId(), services.rows(endpoint.getId()));
    for (var card = expected.next(); card != null; card = expected.next()) {
      var body = card.body();
      if (conditions.stream().allMatch(condition -> condition.holds(body))) {
        walk.expect(card.key(), selected(endpoint, body));
      }
    }
    walk.end();
  }

  private static JsonNode selected(Endpoint endpoint, JsonNode card) {
    var row = JsonNodeFactory.instance.objectNode();
    for (var property : endpoint.getPropertiesList()) {
      var value = card.get(property.getIdentifier());
      if (value != null) {
        row.set(property.getAs().isEmpty() ? property.getIdentifier() : property.getAs(), value);
      }
    }
    return row;
  }

  /// One condition of an endpoint, computed plainly.
  private record Condition(Filter filter) {
    static Condition of(Filter filter) {
      boolean known =
          switch (filter.getTestCase()) {
            case BOOLEAN -> true;
            case TEXT ->
                filter.getText().getContains().isEmpty()
                    && filter.getText().getStartsWith().isEmpty()
                    && filter.getLanguage().isEmpty();
            case NUMBER -> true;
            case LIST, TIMESTAMP, TEST_NOT_SET -> false;
          };
      if (!known) {
        throw new IllegalStateException(
            "verify cannot recompute the condition on " + filter.getProperty());
      }
      return new Condition(filter);
    }

    boolean holds(JsonNode card) {
      var value = card.get(filter.getProperty());
      return switch (filter.getTestCase()) {
        case BOOLEAN -> {
          var test = filter.getBoolean();
          yield (!test.hasExists() || test.getExists() == (value != null))
              && (!test.hasIs() || (value != null && value.asBoolean() == test.getIs()));
        }
        case TEXT -> {
          var test = filter.getText();
          yield (!test.hasExists() || test.getExists() == (value != null))
              && (test.getAnyOfCount() == 0
                  || (value != null
                      && test.getAnyOfList().stream().anyMatch(value.asString()::equalsIgnoreCase)))
              && (value == null
                  || test.getNoneOfList().stream().noneMatch(value.asString()::equalsIgnoreCase));
        }
        case NUMBER -> {
          var test = filter.getNumber();
          boolean tested =
              test.hasGte()
                  || test.hasGt()
                  || test.hasLte()
                  || test.hasLt()
                  || test.getAnyOfCount() > 0;
          yield (!test.hasExists() || test.getExists() == (value != null))
              && (!tested || (value != null && inRange(test, value.asDouble())));
        }
        case LIST, TIMESTAMP, TEST_NOT_SET -> false;
      };
    }

    private static boolean inRange(NumberFilter test, double value) {
      return (!test.hasGte() || value >= test.getGte())
          && (!test.hasGt() || value > test.getGt())
          && (!test.hasLte() || value <= test.getLte())
          && (!test.hasLt() || value < test.getLt())
          && (test.getAnyOfCount() == 0 || test.getAnyOfList().contains(value));
    }
  }

  /// What is found, held against what is expected key by key.
  private final class Walk {
    private final String place;
    private final Scan found;

    Walk(String place, Scan found) {
      this.place = place;
      this.found = found;
    }

    void expect(String key, JsonNode body) {
      surplusBefore(key);
      differences.compared();
      var document = found.takeIf(key);
      if (document == null) {
        differences.found(new Difference(place, key, body.toString(), Difference.NOTHING));
        return;
      }
      var actual = Canonical.tree(document.body());
      if (!Canonical.same(body, actual)) {
        differences.found(new Difference(place, key, body.toString(), actual.toString()));
      }
    }

    void end() {
      surplusBefore(null);
    }

    private void surplusBefore(@Nullable String key) {
      for (var next = found.peek();
          next != null && (key == null || next.key().compareTo(key) < 0);
          next = found.peek()) {
        differences.compared();
        differences.found(
            new Difference(
                place, next.key(), Difference.NOTHING, Canonical.tree(next.body()).toString()));
        var _ = found.takeIf(next.key());
      }
    }
  }
}
