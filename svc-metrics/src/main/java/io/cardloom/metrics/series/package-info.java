/// Metrics over time: samples in, a row per metric, tags and minute, buckets out. Owns all tables
/// of this service.
@NullMarked
package io.cardloom.metrics.series;

import org.jspecify.annotations.NullMarked;
