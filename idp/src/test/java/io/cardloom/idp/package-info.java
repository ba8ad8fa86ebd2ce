/// The path of people and clients through the real Keycloak: registration, sign-in, approval,
/// tokens. A browser is played by form posts on the pages that people see.
@NullMarked
package io.cardloom.idp;

import org.jspecify.annotations.NullMarked;
