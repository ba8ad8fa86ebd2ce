package io.cardloom.aggregator.tool;

import io.cardloom.kit.problem.ProblemException;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One service's part of an answer, or that it is out of reach.
///
/// @param service as an answer names it
/// @param value empty where the service did not answer
record Part<T>(String service, Optional<T> value) {
  private static final Logger log = LoggerFactory.getLogger(Part.class);

  /// Asks now. A service that does not answer is named, and so is one that breaks; any other
  /// problem is the caller's to know.
  static <T> Part<T> of(String service, Supplier<T> call) {
    try {
      return new Part<>(service, Optional.of(call.get()));
    } catch (ProblemException problem) {
      if (problem.problem().code().equals("unavailable"))
        return new Part<>(service, Optional.empty());
      throw problem;
    } catch (StatusRuntimeException bug) {
      log.error("{} failed and is left out of the answer", service, bug);
      return new Part<>(service, Optional.empty());
    }
  }

  /// Asks all at once, a virtual thread each, and waits for all; each call has its own deadline,
  /// and ends when the caller's does.
  static <T> List<Part<T>> atOnce(List<Callable<Part<T>>> asks) {
    try (ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor()) {
      var trace = Context.current();
      var ends = io.grpc.Context.current();
      var bound = asks.stream().map(ask -> ends.wrap(trace.wrap(ask))).toList();
      return calls.invokeAll(bound).stream().map(Part::result).toList();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while services were asked", stopping);
    }
  }

  private static <T> Part<T> result(Future<Part<T>> done) {
    try {
      return done.get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while services were asked", stopping);
    }
  }
}
