/// The demo: the shipped catalogue through the whole pipeline by MCP calls alone, and what it
/// measured.
@NullMarked
package io.cardloom.local.demo;

import org.jspecify.annotations.NullMarked;
