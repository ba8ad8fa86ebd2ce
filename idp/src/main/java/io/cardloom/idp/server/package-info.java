/// The real Keycloak as a process on this machine, from its Maven distribution: unpacked and built
/// once, started and ended in order. For the local stack and for tests.
@NullMarked
package io.cardloom.idp.server;

import org.jspecify.annotations.NullMarked;
