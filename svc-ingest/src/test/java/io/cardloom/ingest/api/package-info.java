/// Tests of the Ingest API, over HTTP against the running service.
@NullMarked
package io.cardloom.ingest.api;

import org.jspecify.annotations.NullMarked;
