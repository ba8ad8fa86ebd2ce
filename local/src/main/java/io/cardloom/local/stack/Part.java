package io.cardloom.local.stack;

import java.util.Arrays;
import java.util.stream.Collectors;

/// A service of the stack. The order is the order of starting; ending goes the other way.
public enum Part {
  METRICS("svc-metrics", "io.cardloom.metrics.MetricsMain", 4),
  INGEST("svc-ingest", "io.cardloom.ingest.IngestMain", 1),
  CARDS("svc-cards", "io.cardloom.cards.CardsMain", 3),
  PUBLISHING("svc-publishing", "io.cardloom.publishing.PublishingMain", 2),
  AGGREGATOR("aggregator", "io.cardloom.aggregator.AggregatorMain", 0);

  private final String title;
  private final String mainClass;
  private final int portOffset;

  Part(String title, String mainClass, int portOffset) {
    this.title = title;
    this.mainClass = mainClass;
    this.portOffset = portOffset;
  }

  /// As logs and problems call it.
  public String title() {
    return title;
  }

  String mainClass() {
    return mainClass;
  }

  int portOffset() {
    return portOffset;
  }

  /// By title. Throws `IllegalArgumentException` that names all.
  public static Part titled(String title) {
    return Arrays.stream(values())
        .filter(part -> part.title.equals(title))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "There is no service "
                    + title
                    + ". There are: "
                    + Arrays.stream(values()).map(Part::title).collect(Collectors.joining(", "))
                    + "."));
  }
}
