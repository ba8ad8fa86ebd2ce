package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.catalogue.Kind;
import io.cardloom.local.catalogue.SourceSchema;
import io.cardloom.local.identity.ExamplePerson;
import io.cardloom.local.load.LoadFile;
import io.cardloom.local.load.LoadReport;
import io.cardloom.local.load.Progress;
import io.cardloom.local.load.ResumePoint;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.rows.Row;
import io.cardloom.local.rows.RowFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

/// `import SOURCE FILE`: rows of a file as entries of a data source.
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Load a file into a data source: NDJSON or CSV, also gzipped.",
      "Nested JSON becomes flat properties named by their path, joined by _."
    })
public final class ImportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "SOURCE", description = "Data source id.")
  String source = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = ".ndjson, .jsonl or .csv, or with .gz.")
  Path file = Path.of("");

  @Option(
      names = "--key",
      split = ",",
      description =
          "Fields that make the entry id; several are joined by _. The field id, or the first column of CSV, where not given.")
  List<String> key = List.of();

  @Option(
      names = "--infer",
      description = "Add properties that the source does not know, instead of refusing them.")
  boolean infer;

  @Option(
      names = "--again",
      description = "Begin at the first line, whatever an earlier run has done.")
  boolean again;

  @Option(
      names = "--workspace",
      defaultValue = WorkspaceNames.DEMO,
      description = "${DEFAULT-VALUE} where not given.")
  String workspace = WorkspaceNames.DEMO;

  @Option(
      names = "--as",
      defaultValue = ExamplePerson.ADMIN,
      description = "Who imports; see ./cardloom token --help.")
  String person = ExamplePerson.ADMIN;

  @Mixin Against against = new Against();

  @Override
  public Integer call() throws IOException {
    var rows = RowFile.at(file);
    var home = Home.ofProcess();
    var installation = against.installation(home);
    var report = new LoadReport();
    try (var mcp = installation.mcp(workspace, person)) {
      var target = new LoadFile.Target(source, schema(mcp), keyFields(rows), infer);
      var point = new ResumePoint(against.folder(home.imports()), workspace, source, rows.hash());
      if (again) {
        point.forget();
      }
      long done = point.linesDone();
      if (done > 0) {
        System.err.printf("Going on after line %,d, where an earlier run stopped.%n", done);
      }
      try (var reader = rows.open();
          var _ = new Progress(source, rows.size(), rows::bytesRead, report::accepted)) {
        new LoadFile(mcp, target, report, point).run(reader, done);
        point.done();
      } finally {
        tell(report);
      }
    }
    return report.badCount() == 0 ? 0 : 1;
  }

  private SourceSchema schema(McpClient mcp) {
    var answer =
        mcp.call(
            "describe_data_source_schema",
            JsonNodeFactory.instance.objectNode().put("sourceId", source));
    var languages = new HashSet<String>();
    answer.path("source").path("languages").forEach(one -> languages.add(one.asString()));
    var kinds = new HashMap<String, Kind>();
    for (var property : answer.path("properties")) {
      kinds.put(property.path("id").asString(), Kind.ofWord(property.path("type").asString()));
    }
    return new SourceSchema(languages, kinds);
  }

  private List<String> keyFields(RowFile rows) throws IOException {
    if (!key.isEmpty()) {
      return key;
    }
    if (!rows.csv()) {
      return List.of("id");
    }
    try (var reader = rows.open()) {
      return reader.next() instanceof Row.Read first && !first.values().isEmpty()
          ? List.of(first.values().keySet().iterator().next())
          : List.of("id");
    }
  }

  private static void tell(LoadReport report) {
    for (var bad : report.bad()) {
      System.err.println("line " + bad.line() + " " + bad.why());
    }
    if (report.badCount() > report.bad().size()) {
      System.err.printf("and %,d more%n", report.badCount() - report.bad().size());
    }
    System.out.printf(
        "%,d rows: %,d created, %,d updated, %,d unchanged, %,d left out as bad%n",
        report.rowsSeen(),
        report.created(),
        report.updated(),
        report.unchanged(),
        report.badCount());
  }
}
