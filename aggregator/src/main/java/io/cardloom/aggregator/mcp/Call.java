package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.identity.Principal;

/// One request of a verified caller, in a revision that is served.
record Call(Revision revision, Envelope envelope, Principal principal) {}
