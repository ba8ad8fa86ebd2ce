package io.cardloom.index;

import io.cardloom.proto.common.v1.BooleanFilter;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.Sort;
import io.cardloom.proto.common.v1.TextFilter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// A query checked against its collection and made into SQL, beside the same text put together from
/// constants. In the index's package, which shows nobody else how it compiles.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FilterCompilation {
  private final Shape shape =
      new Shape(
          new CollectionId("demo", "products"),
          7,
          1,
          true,
          Map.of(
              "category", new Column("category", PropertyType.PROPERTY_TYPE_TEXT, 1, true),
              "in_stock", new Column("in_stock", PropertyType.PROPERTY_TYPE_BOOLEAN, 2, true),
              "price", new Column("price", PropertyType.PROPERTY_TYPE_DECIMAL, 3, true)));

  private final Query query =
      Query.newBuilder()
          .addFilters(
              Filter.newBuilder()
                  .setProperty("category")
                  .setText(TextFilter.newBuilder().addAnyOf("CPUCooler")))
          .addFilters(
              Filter.newBuilder()
                  .setProperty("in_stock")
                  .setBoolean(BooleanFilter.newBuilder().setIs(true)))
          .addFilters(
              Filter.newBuilder()
                  .setProperty("price")
                  .setNumber(NumberFilter.newBuilder().setGte(10).setLt(100)))
          .addSort(Sort.newBuilder().setProperty("price"))
          .build();

  @Benchmark
  public Object compileFilters() {
    return new Search(shape, query);
  }

  @Benchmark
  public Object compileFiltersBaseline() {
    var sql = new StringBuilder();
    sql.append("tenant = ? AND NOT deleted AND p").append(1).append(" = ? AND p").append(2);
    sql.append(" = ? AND p").append(3).append(" >= ? AND p").append(3).append(" < ?");
    return List.of(sql.toString(), "demo", "CPUCooler", true, 10.0, 100.0);
  }
}
