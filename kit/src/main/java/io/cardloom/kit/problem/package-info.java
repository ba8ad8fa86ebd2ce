/// Everything that can be wrong with a request, as one sealed list.
@NullMarked
package io.cardloom.kit.problem;

import org.jspecify.annotations.NullMarked;
