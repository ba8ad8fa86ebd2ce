/// Who calls: bearer tokens in, checked on every request; internal tokens out.
@NullMarked
package io.cardloom.aggregator.identity;

import org.jspecify.annotations.NullMarked;
