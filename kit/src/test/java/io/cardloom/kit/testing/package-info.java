/// What tests of every module share: real servers started once, a fresh schema each test, keys and
/// callers.
@NullMarked
package io.cardloom.kit.testing;

import org.jspecify.annotations.NullMarked;
