package io.cardloom.aggregator.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.aggregator.connect.Person.Approval;
import io.cardloom.aggregator.connect.Person.Workspace;
import io.cardloom.aggregator.identity.IdentityConfig;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
  private static final String HOSTILE = "\"'><script>alert(1)</script>&lt;\u0000\r</bdi>{}";
  private static final IdentityConfig IDENTITY =
      new IdentityConfig(
          "https://mcp.example.com/base",
          "https://id.example.com",
          URI.create("https://id.example.com/keys"),
          IdentityConfig.Claims.DEFAULT);

  private static Page page(Locale language) {
    return new Page(Words.in(language), IDENTITY, "/base/");
  }

  private static Person person(String text) {
    return new Person(
        text,
        List.of(new Workspace("demo", text, List.of("admin", text))),
        List.of(
            new Approval(
                text,
                text,
                text,
                false,
                List.of("cardloom:read", text),
                List.of(text),
                true,
                Instant.EPOCH)));
  }

  /// Elements and attributes, without what stands in them.
  private static List<String> shape(String html) {
    return Pattern.compile("<[^>]*>")
        .matcher(html)
        .results()
        .map(tag -> tag.group().replaceAll("\"[^\"]*\"", ""))
        .toList();
  }

  @Test
  void whatOthersWroteIsTextWhereverItStands() {
    for (var language : Words.LANGUAGES) {
      String tame = page(language).of(person("tame"), "", "t").markup();
      String hostile = page(language).of(person(HOSTILE), "", "t").markup();
      assertThat(shape(hostile)).isEqualTo(shape(tame));
      assertThat(hostile)
          .contains("&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;\uFFFD\uFFFD")
          .doesNotContain("<script>");
    }
  }

  @Test
  void linksBeginAtThePublicPath() {
    String html = page(Locale.ENGLISH).of(person("x"), "revoked", "token-of-form").markup();
    assertThat(html)
        .contains("https://mcp.example.com/base/demo/mcp")
        .contains("action=\"/base/connect/revoke\"")
        .contains("action=\"/base/connect/sign-out\"")
        .contains("href=\"/base/connect/css/cardloom.css\"")
        .contains("role=\"status\">Revoked.");
    assertThat(html.split("name=\"form\" value=\"token-of-form\"", -1)).hasSize(3);
  }

  @Test
  void everyPageIsWholeInEveryLanguage() {
    for (var language : Words.LANGUAGES) {
      var page = page(language);
      var all =
          List.of(
              page.open(true),
              page.open(false),
              page.notSignedIn(),
              page.instead("away"),
              page.instead("not-revoked"),
              page.instead("foreign-form"),
              page.instead("too-many"),
              page.of(new Person("x", List.of(), List.of()), "", "t"),
              page.of(
                  new Person("", List.of(new Workspace("demo", "", List.of())), List.of()),
                  "",
                  "t"));
      for (var html : all) {
        assertThat(html.markup())
            .startsWith("<!doctype html>")
            .contains("<html lang=\"" + language.getLanguage() + "\">")
            .doesNotContain("{}");
      }
    }
  }

  @Test
  void bothLanguagesHaveTheSameWords() {
    var english = Words.in(Locale.ENGLISH);
    var german = Words.in(Locale.GERMAN);
    assertThat(german.keys()).isEqualTo(english.keys());
    for (String key : english.keys()) {
      assertThat(places(german.text(key))).as(key).isEqualTo(places(english.text(key)));
      assertThat(german.text(key)).isNotEmpty().doesNotContain("<");
      assertThat(english.text(key)).isNotEmpty().doesNotContain("<");
    }
  }

  private static int places(String text) {
    return text.split("\\{}", -1).length;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|en",
        "de|de",
        "de-AT,de;q=0.9,en;q=0.8|de",
        "fr,de;q=0.5,en;q=0.4|de",
        "en-GB,en;q=0.9,de;q=0.8|en",
        "fr|en",
        "*|en",
        "de;q=x|en",
        ";;;,,,|en"
      })
  void theBrowserChoosesTheLanguage(String asked, String language) {
    assertThat(Words.asked(asked).language()).isEqualTo(language);
  }

  @Test
  void aHeaderWithoutEndIsNotLookedAt() {
    assertThat(Words.asked("de," + "x".repeat(100_000)).language()).isEqualTo("en");
  }

  @Test
  void aTemplateAndItsValuesGoTogether() {
    assertThat(Html.of("<b>{}</b>{}", "<", List.of(Html.of("<i>{}</i>", 1), Html.NONE)).markup())
        .isEqualTo("<b>&lt;</b><i>1</i>");
    assertThatThrownBy(() -> Html.of("{}")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Html.of("", "x")).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\":7,\"workspaces\":{},\"approvals\":[1,null,\"x\"]}",
        "{\"workspaces\":[{\"workspace\":\"../x\"},{\"workspace\":\"a b\"},{\"workspace\":\"<\"},{}]}"
      })
  void anAnswerOfAnotherFormIsAnEmptyPage(String json) {
    var person = Person.of(json.getBytes(StandardCharsets.UTF_8));
    assertThat(person.workspaces()).isEmpty();
    assertThat(page(Locale.ENGLISH).of(person, "", "t").markup()).contains("any workspace yet");
  }

  @Test
  void aLongAnswerIsCut() {
    var one = "{\"workspace\":\"demo\",\"roles\":[" + "\"r\",".repeat(500) + "\"r\"]}";
    var json =
        "{\"workspaces\":["
            + String.join(",", Collections.nCopies(500, one))
            + "],\"approvals\":["
            + String.join(",", Collections.nCopies(500, "{}"))
            + "]}";
    var person = Person.of(json.getBytes(StandardCharsets.UTF_8));
    assertThat(person.workspaces()).hasSize(Person.SHOWN_MAX);
    assertThat(person.workspaces().getFirst().roles()).hasSize(Person.SHOWN_MAX);
    assertThat(person.approvals()).hasSize(Person.SHOWN_MAX);
  }
}
