package io.cardloom.bench.suite;

import io.cardloom.bench.stack.BenchStack;
import io.cardloom.local.stack.StackControl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A running [EchoServer].
final class EchoProcess implements AutoCloseable {
  private final Process process;
  private final String url;
  private final double startSeconds;

  private EchoProcess(Process process, String url, double startSeconds) {
    this.process = process;
    this.url = url;
    this.startSeconds = startSeconds;
  }

  /// With the options of the stack's own process.
  static EchoProcess start() throws IOException {
    long began = System.nanoTime();
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx400m");
    command.addAll(StackControl.javaOptions(BenchStack.FOR_LONG));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), EchoServer.class.getName()));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var port =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    if (port == null) throw new IOException("the bare server did not start");
    return new EchoProcess(
        process, "http://127.0.0.1:" + port + "/", (System.nanoTime() - began) / 1e9);
  }

  /// Answers with this many bytes.
  String url(int bytes) {
    return url + bytes;
  }

  double startSeconds() {
    return startSeconds;
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
