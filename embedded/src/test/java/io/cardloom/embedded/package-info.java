/// Tests of the embedded servers.
@NullMarked
package io.cardloom.embedded;

import org.jspecify.annotations.NullMarked;
