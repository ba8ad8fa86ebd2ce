/// The workspaces (tenants) a service answers for.
@NullMarked
package io.cardloom.kit.workspace;

import org.jspecify.annotations.NullMarked;
