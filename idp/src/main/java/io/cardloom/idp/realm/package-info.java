/// The realm from outside: brings it up to date with `realm.json`, keeps its workspaces, people and
/// machines. Talks to Keycloak's admin API as the client `cardloom-provisioning`, whose rights end
/// at this realm.
@NullMarked
package io.cardloom.idp.realm;

import org.jspecify.annotations.NullMarked;
