package io.cardloom.idp.realm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RealmFileTest {
  private static final Map<String, String> VALUES =
      Map.of(
          RealmFile.PUBLIC_BASE, "https://mcp.example.com",
          RealmFile.CONNECT_SECRET, "one",
          RealmFile.AGGREGATOR_SECRET, "two",
          RealmFile.PROVISIONING_SECRET, "three");

  @Test
  void everyPlaceholderIsKnownAndFilled() {
    var found = new TreeSet<String>();
    Pattern.compile("\\$\\{(CARDLOOM_\\w+)}")
        .matcher(new String(RealmFile.bytes(), StandardCharsets.UTF_8))
        .results()
        .forEach(match -> found.add(match.group(1)));
    assertThat(found).isEqualTo(VALUES.keySet());
    String filled = RealmFile.filled(VALUES).toString();
    assertThat(filled)
        .doesNotContain("${CARDLOOM")
        .contains("https://mcp.example.com/oidc/redirect", "${profileScopeConsentText}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\"b", "a\\b", "a\nb", "${HOME}"})
  void aValueThatWouldBreakTheFileIsRefused(String value) {
    assertThatThrownBy(() -> RealmFile.check(Map.of("NAME", value))).hasMessageContaining("NAME");
  }

  @Test
  void onlyTheRolesOfTheProductAreRoles() {
    assertThat(Role.named(Set.of("admin", "viewer")))
        .containsExactlyInAnyOrder(Role.ADMIN, Role.VIEWER);
  }
}
