/// What the verbs of the command line work on: the stack of this machine, or an installation of
/// containers, with the secrets of one.
@NullMarked
package io.cardloom.local.installation;

import org.jspecify.annotations.NullMarked;
