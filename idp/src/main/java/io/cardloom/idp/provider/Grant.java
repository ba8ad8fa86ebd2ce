package io.cardloom.idp.provider;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.keycloak.protocol.oidc.utils.OAuth2Code;

/// What one person allowed one client in one authorization. It travels as a line of words: in the
/// client session until the code is redeemed, then inside each refresh token.
///
/// @param user internal id of the person
/// @param challenge the code challenge of the request it was given for, [#NONE] without one
/// @param at seconds since 1970
/// @param target workspace of the requested `resource`, [#NONE] without one
/// @param workspaces safenames
record Grant(String user, String challenge, long at, String target, List<String> workspaces) {
  static final String NONE = "-";

  Grant {
    workspaces = List.copyOf(workspaces);
  }

  /// Empty for anything that this class did not write.
  static Optional<Grant> parse(@Nullable Object text) {
    if (!(text instanceof String line)) return Optional.empty();
    List<String> words = List.of(line.split(" ", -1));
    if (words.size() < 5 || !words.get(2).matches("[0-9]{1,12}")) return Optional.empty();
    return Optional.of(
        new Grant(
            words.get(0),
            words.get(1),
            Long.parseLong(words.get(2)),
            words.get(3),
            words.subList(4, words.size())));
  }

  String text() {
    return user + " " + challenge + " " + at + " " + target + " " + String.join(" ", workspaces);
  }

  /// Whether this code comes from the request that was approved. A client has one session per
  /// sign-in, so a second request may have replaced what the first one left there.
  boolean isOf(OAuth2Code code, String codeTarget) {
    return challenge.equals(orNone(code.getCodeChallenge())) && target.equals(codeTarget);
  }

  static String orNone(@Nullable String word) {
    return word == null || word.isEmpty() ? NONE : word;
  }
}
