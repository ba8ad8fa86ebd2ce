package io.cardloom.aggregator.hostile;

import io.cardloom.aggregator.testing.TestEdge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Malformed and hostile requests, the same for the same seed: good ones with bytes changed, cut,
/// doubled or thrown in, deep nesting, huge texts, headers that contradict the body, and clients
/// that leave in the middle.
final class HostileRequests {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SOCKET_MILLIS = 5_000;
  private static final String META =
      "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}},\"progressToken\":7}";
  private static final List<String[]> GOOD =
      List.of(
          new String[] {"server/discover", ""},
          new String[] {"tools/list", ""},
          new String[] {"tools/call", "\"name\":\"whoami\",\"arguments\":{},"},
          new String[] {
            "tools/call",
            "\"name\":\"import_data\",\"arguments\":{\"sourceId\":\"s\",\"entries\":"
                + "[{\"id\":\"a\",\"values\":{\"p\":[1,2.5e3,null,true,\"\\u00e5\"]}}]},"
          },
          new String[] {
            "tools/call",
            "\"name\":\"search_entries\",\"arguments\":{\"sourceId\":\"s\",\"query\":{\"limit\":5,"
                + "\"filters\":[{\"property\":\"p\",\"number\":{\"gte\":1}}]}},\"requestState\":\"AAAA\","
          },
          new String[] {"resources/read", "\"uri\":\"cardloom://card-definition/pc\","},
          new String[] {
            "prompts/get",
            "\"name\":\"why-not-live\",\"arguments\":{\"sourceId\":\"s\",\"entryId\":\"e\"},"
          },
          new String[] {
            "completion/complete",
            "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"why-not-live\"},"
                + "\"argument\":{\"name\":\"sourceId\",\"value\":\"p\"},"
          });
  private static final String[] THROWN_IN = {
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "-0",
    "1e999",
    "99999999999999999999",
    "\\ud800",
    "\u0000",
    "\"__proto__\":{},",
    "\"name\":\"x\",",
    "\"id\":null,",
    "\u202e",
    "<script>",
    "${jndi:ldap://x}",
    "'; DROP"
  };
  private static final String[] HEADERS = {
    "2026-07-28",
    "2025-11-25",
    "2099-01-01",
    "",
    "tools/list",
    "=?base64?AAA?=",
    "=?base64??=",
    "x".repeat(300)
  };

  private final TestEdge edge;
  private final String token;
  private final RandomGenerator random;
  private final Map<Integer, Integer> answers = new TreeMap<>();

  HostileRequests(TestEdge edge, String token, long seed) {
    this.edge = edge;
    this.token = token;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /// Sends that many and gives how many were answered with which status; 0 stands for those that
  /// were sent only in part.
  Map<Integer, Integer> send(int count) {
    for (int i = 0; i < count; i++) {
      int status = random.nextInt(25) == 0 ? half() : whole();
      answers.merge(status, 1, Integer::sum);
    }
    return answers;
  }

  private int whole() {
    String[] good = GOOD.get(random.nextInt(GOOD.size()));
    var request =
        HttpRequest.newBuilder(edge.uri("/acme/mcp"))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header(
                "Accept", random.nextInt(4) == 0 ? "*/*" : "application/json, text/event-stream")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(mutated(body(good))));
    header(request, "MCP-Protocol-Version", "2026-07-28");
    header(request, "Mcp-Method", good[0]);
    if (!good[1].isEmpty()) {
      int from = good[1].indexOf(":\"") + 2;
      header(request, "Mcp-Name", good[1].substring(from, good[1].indexOf('"', from)));
    }
    return edge.send(request.build()).statusCode();
  }

  private void header(HttpRequest.Builder request, String name, String right) {
    switch (random.nextInt(12)) {
      case 0 -> {} // left out
      case 1 -> request.header(name, HEADERS[random.nextInt(HEADERS.length)]);
      case 2 -> request.header(name, right).header(name, right);
      default -> request.header(name, right);
    }
  }

  private static byte[] body(String[] good) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
            + good[0]
            + "\",\"params\":{"
            + good[1]
            + META
            + "}}";
    return body.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] mutated(byte[] body) {
    byte[] changed = body;
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(changed.length + 1);
      int size = random.nextInt(1, 12);
      changed =
          switch (random.nextInt(8)) {
            case 0 -> flipped(changed, at);
            case 1 -> spliced(changed, at, size, new byte[0]);
            case 2 ->
                spliced(
                    changed,
                    at,
                    0,
                    Arrays.copyOfRange(changed, at, Math.min(changed.length, at + size)));
            case 3 -> spliced(changed, at, 0, text("[".repeat(random.nextInt(1, 3000))));
            case 4 ->
                spliced(changed, at, 0, text("\"" + "a".repeat(random.nextInt(1, 60_000)) + "\""));
            case 5 -> spliced(changed, at, 0, text("9".repeat(random.nextInt(1, 2000))));
            case 6 -> changed;
            default -> spliced(changed, at, 0, text(THROWN_IN[random.nextInt(THROWN_IN.length)]));
          };
    }
    return changed;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] flipped(byte[] body, int at) {
    byte[] changed = body.clone();
    if (at < changed.length) changed[at] = (byte) random.nextInt(256);
    return changed;
  }

  private static byte[] spliced(byte[] body, int at, int cut, byte[] in) {
    int rest = Math.min(body.length, at + cut);
    byte[] changed = Arrays.copyOf(body, at + in.length + body.length - rest);
    System.arraycopy(in, 0, changed, at, in.length);
    System.arraycopy(body, rest, changed, at + in.length, body.length - rest);
    return changed;
  }

  /// A request over a bare socket that stops, shuts its side, or is no HTTP at all.
  private int half() {
    byte[] body = body(GOOD.get(random.nextInt(GOOD.size())));
    String head =
        "POST /acme/mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nAccept: text/event-stream, application/json\r\n"
            + "Authorization: Bearer "
            + token
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] request = spliced(text(head), head.length(), 0, body);
    try (var socket = new Socket("127.0.0.1", edge.port())) {
      socket.setSoTimeout(SOCKET_MILLIS);
      var out = socket.getOutputStream();
      switch (random.nextInt(4)) {
        case 0 -> {
          out.write(request, 0, random.nextInt(request.length));
          return 0;
        }
        case 1 -> {
          out.write(request);
          return 0;
        }
        case 2 -> {
          byte[] junk = new byte[random.nextInt(1, 2000)];
          for (int i = 0; i < junk.length; i++) junk[i] = (byte) random.nextInt(256);
          out.write(junk);
        }
        default -> out.write(request);
      }
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return answer.startsWith("HTTP/1.1 ") && answer.length() == 12
          ? Integer.parseInt(answer.substring(9))
          : 0;
    } catch (java.net.SocketException closed) {
      return 0;
    } catch (java.net.SocketTimeoutException silent) {
      throw new IllegalStateException("there was neither an answer nor an end", silent);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
