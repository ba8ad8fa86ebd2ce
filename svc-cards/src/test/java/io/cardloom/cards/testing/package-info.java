/// What tests of svc-cards share: a stand-in for svc-ingest, definitions made directly, the real
/// catalogue as events.
@NullMarked
package io.cardloom.cards.testing;

import org.jspecify.annotations.NullMarked;
