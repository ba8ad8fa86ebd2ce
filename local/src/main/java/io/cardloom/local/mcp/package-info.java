/// A small MCP client: tools called over HTTP, revision 2026-07-28, one request a call, no session.
@NullMarked
package io.cardloom.local.mcp;

import org.jspecify.annotations.NullMarked;
