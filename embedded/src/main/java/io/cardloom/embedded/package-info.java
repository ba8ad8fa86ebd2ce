/// The two real servers that Cardloom needs, started from Maven artifacts: PostgreSQL as a process
/// of its own, and a Kafka broker (KRaft, one node) in this JVM. For the local stack and for tests;
/// a service never depends on this package.
@NullMarked
package io.cardloom.embedded;

import org.jspecify.annotations.NullMarked;
