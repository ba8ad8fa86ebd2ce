/// Installations of containers: their compose file, and the secrets it takes.
@NullMarked
package io.cardloom.local.installation;

import org.jspecify.annotations.NullMarked;
