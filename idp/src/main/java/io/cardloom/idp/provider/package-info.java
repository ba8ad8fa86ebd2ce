/// What runs inside Keycloak: people choose workspaces when they approve a client, and every token
/// says which ones. A workspace is an organization of the realm, a role in it one of the
/// organization's groups.
///
/// - [io.cardloom.idp.provider.ApprovalAction] asks, on one page, for permissions and workspaces;
/// - [io.cardloom.idp.provider.GrantBinding] writes the answer into tokens and binds it to the
///   refresh token;
/// - [io.cardloom.idp.provider.OpenClients] is the rule for clients that register themselves;
/// - [io.cardloom.idp.provider.PersonResource] tells a person's own page what they approved, and
///   takes it back.
///
/// Names of Keycloak's own are plain strings here where its constants live in packages that change.
@NullMarked
package io.cardloom.idp.provider;

import org.jspecify.annotations.NullMarked;
