package io.cardloom.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.aggregator.catalogue.Catalogue;
import io.cardloom.aggregator.catalogue.Comments;
import io.cardloom.aggregator.catalogue.Contracts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The browser tests of the review form use the schemas that the server puts into it.
final class FormSchemasTest {
  private static final Path FIXTURE = Path.of("../clients/apps/fixtures/schemas.json");
  private static final JsonMapper JSON = JsonMapper.shared();

  @Test
  void theFixtureIsFresh() throws IOException {
    var forms = JSON.createObjectNode();
    Catalogue.compile(Contracts.ALL, Comments.onClassPath())
        .forms()
        .forEach((tool, schema) -> forms.set(tool, JSON.readTree(schema)));
    var text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(forms) + "\n";
    if (Boolean.getBoolean("cardloom.refresh")) Files.writeString(FIXTURE, text);
    assertThat(Files.readString(FIXTURE))
        .as(
            "stale; refresh it with: mvn -f local/pom.xml test -Dtest=FormSchemasTest -Dcardloom.refresh=true")
        .isEqualTo(text);
  }
}
