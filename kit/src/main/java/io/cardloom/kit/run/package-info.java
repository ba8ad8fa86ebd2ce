/// What every service is made of: settings, servers, loops, telemetry, and an orderly end.
@NullMarked
package io.cardloom.kit.run;

import org.jspecify.annotations.NullMarked;
