package io.cardloom.local.load;

import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.mcp.ToolFailed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// One batch through `import_data`. Entries that break a rule are reported by line and left out,
/// the rest is sent again. A service out of reach is waited for: a repeat of what was stored is
/// `unchanged`, so sending twice does no harm.
final class SendBatch {
  /// A service that restarts is back well within this.
  static final Duration OUTAGE_MAX = Duration.ofSeconds(90);

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Pattern ENTRY = Pattern.compile("entries\\[(\\d+)]\\.?(.*)");

  private final McpClient mcp;
  private final LoadFile.Target target;
  private final LoadReport report;

  SendBatch(McpClient mcp, LoadFile.Target target, LoadReport report) {
    this.mcp = mcp;
    this.target = target;
    this.report = report;
  }

  void send(Batch batch) {
    List<Batch.Entry> entries = batch.entries();
    while (!entries.isEmpty()) {
      try {
        report.accepted(called(batch.arguments(entries)));
        return;
      } catch (ToolFailed refused) {
        var good = withoutBad(entries, refused);
        if (good.size() == entries.size()) {
          throw refused; // nothing of it points at an entry
        }
        entries = good;
      }
    }
  }

  private JsonNode called(String arguments) {
    long deadline = System.nanoTime() + OUTAGE_MAX.toNanos();
    while (true) {
      try {
        return mcp.callRaw("import_data", arguments);
      } catch (ToolFailed refused) {
        if (!waitable(refused) || System.nanoTime() > deadline) {
          throw refused;
        }
      } catch (McpClient.ConnectionLost lost) {
        if (System.nanoTime() > deadline) {
          throw lost;
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static boolean waitable(ToolFailed refused) {
    return refused.code().equals("unavailable") || refused.code().equals("rate_limited");
  }

  private List<Batch.Entry> withoutBad(List<Batch.Entry> entries, ToolFailed refused) {
    var why = new TreeMap<Integer, String>();
    for (var violation : refused.violations()) {
      var match = ENTRY.matcher(violation.path());
      if (match.matches()) {
        why.merge(
            Integer.parseInt(match.group(1)),
            match.group(2) + ": " + violation.message(),
            (first, more) -> first + "; " + more);
      }
    }
    var good = new ArrayList<Batch.Entry>();
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      if (why.containsKey(i)) {
        report.bad(entry.line(), "is refused: " + why.get(i));
      } else {
        good.add(entry);
      }
    }
    return good;
  }
}
