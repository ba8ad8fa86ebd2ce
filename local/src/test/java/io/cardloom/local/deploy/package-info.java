/// What is deployed, held against the code that runs there and the schemas of those who run it.
@NullMarked
package io.cardloom.local.deploy;

import org.jspecify.annotations.NullMarked;
