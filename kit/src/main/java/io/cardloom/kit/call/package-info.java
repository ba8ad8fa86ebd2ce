/// Calls between services: who calls, with what permission, by what deadline, and how a problem
/// travels.
@NullMarked
package io.cardloom.kit.call;

import org.jspecify.annotations.NullMarked;
