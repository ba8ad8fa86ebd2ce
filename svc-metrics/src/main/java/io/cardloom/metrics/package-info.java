/// svc-metrics: what happened in each workspace, counted per minute.
@NullMarked
package io.cardloom.metrics;

import org.jspecify.annotations.NullMarked;
