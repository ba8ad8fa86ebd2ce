/// The workspaces of an installation, as whoever runs it keeps them.
@NullMarked
package io.cardloom.local.workspace;

import org.jspecify.annotations.NullMarked;
