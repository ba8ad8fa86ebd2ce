/// The `cardloom` command line: a stack on one machine with the real PostgreSQL and Kafka, the demo
/// on a real catalogue, import of files, and the check that recomputes what the pipeline should
/// hold.
@NullMarked
package io.cardloom.local;

import org.jspecify.annotations.NullMarked;
