/// Tests of the service as a whole, and what the tests of its parts share.
@NullMarked
package io.cardloom.ingest;

import org.jspecify.annotations.NullMarked;
