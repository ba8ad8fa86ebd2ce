package io.cardloom.bench.stack;

import java.util.function.Supplier;

/// Somebody who may call tools.
///
/// @param url where the workspace's tools are called
/// @param token is asked before each call, so that it may be renewed
public record Person(String url, Supplier<String> token) {}
