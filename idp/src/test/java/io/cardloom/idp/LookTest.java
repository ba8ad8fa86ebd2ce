package io.cardloom.idp;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.idp.Browser.Page;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The pages in both languages: every field has a label, nothing comes from elsewhere.
final class LookTest {
  private final TestClient client = TestClient.registered();

  @ParameterizedTest
  @CsvSource({
    "en, Sign in, asks for access, Approve, administrator",
    "de, Anmelden, bittet um Zugriff, Zulassen, Administration"
  })
  void signInAndApproval(String language, String signIn, String asks, String approve, String role) {
    var browser = new Browser(language);
    Page username = browser.open(client.request(Map.of()));
    look(username, language);
    assertThat(username.text("h1")).isEqualTo(signIn);
    Page unknown =
        browser.submit(username, "#kc-form-login", Map.of("username", List.of("nobody-here")));
    Page wrong =
        browser.submit(unknown, "#kc-form-login", Map.of("password", List.of("wrong-password")));
    look(wrong, language);
    assertThat(wrong.text("[role=alert]")).isNotEmpty();

    var second = new Browser(language);
    Page approval = client.approvalPage(second, "alice", Map.of());
    look(approval, language);
    assertThat(approval.text("h1")).endsWith(asks);
    assertThat(approval.text("#kc-approve")).isEqualTo(approve);
    assertThat(approval.text(".roles")).contains(role);
    assertThat(approval.text()).doesNotContain("${", "cardloomScope", "cardloomRole");
  }

  private static void look(Page page, String language) {
    Document document = page.document();
    assertThat(Objects.requireNonNull(document.selectFirst("html")).attr("lang"))
        .isEqualTo(language);
    assertThat(document.title()).isNotEmpty();
    assertThat(document.select("h1")).hasSize(1);
    assertThat(document.select("main")).hasSize(1);
    for (Element field : document.select("input:not([type=hidden], [hidden])")) {
      boolean labelled =
          field.closest("label") != null
              || !document.select("label[for=" + field.id() + "]").isEmpty();
      assertThat(labelled).as(field.toString()).isTrue();
    }
    String origin = TestKeycloak.server().issuer().replaceAll("/realms/.*", "/");
    for (Element one : document.select("[src], link[href]")) {
      String url = one.hasAttr("src") ? one.absUrl("src") : one.absUrl("href");
      assertThat(url).startsWith(origin);
      assertThat(Http.send(Http.get(url)).statusCode()).as(url).isEqualTo(200);
    }
  }
}
