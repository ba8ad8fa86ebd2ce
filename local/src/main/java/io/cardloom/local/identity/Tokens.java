package io.cardloom.local.identity;

import java.time.Instant;

/// What a client holds for one person and one workspace.
///
/// @param access for the Authorization header
/// @param refresh good for one renewal
/// @param ends when `access` is over
public record Tokens(String access, String refresh, Instant ends) {}
