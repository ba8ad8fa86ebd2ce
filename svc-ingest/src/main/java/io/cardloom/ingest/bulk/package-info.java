/// Imports that go on after their call: staged at once, applied in the background in batches,
/// followed by a handle that lives for a day.
@NullMarked
package io.cardloom.ingest.bulk;

import org.jspecify.annotations.NullMarked;
