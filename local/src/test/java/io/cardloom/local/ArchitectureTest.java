package io.cardloom.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.cardloom.kit.call.GrpcServer;
import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.KnownTenants;
import io.cardloom.kit.call.Peer;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The arrows of ARCHITECTURE.md, held in the class files.
final class ArchitectureTest {
  private static final String ROOT = "io.cardloom.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.matches(Pattern.compile(".*-tests\\.jar.*")))
          .importPackages("io.cardloom");

  /// What each module may see of the others.
  private static final Map<String, List<String>> ARROWS =
      Map.of(
          "proto", List.of(),
          "embedded", List.of(),
          "kit", List.of("proto"),
          "index", List.of("proto", "kit"),
          "ingest", List.of("proto", "kit", "index"),
          "cards", List.of("proto", "kit", "index"),
          "publishing", List.of("proto", "kit", "index"),
          "metrics", List.of("proto", "kit", "index"),
          "aggregator", List.of("proto", "kit"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proto",
        "embedded",
        "kit",
        "index",
        "ingest",
        "cards",
        "publishing",
        "metrics",
        "aggregator"
      })
  void aModuleSeesOnlyWhatItsArrowsAllow(String module) {
    String[] forbidden =
        java.util.stream.Stream.concat(
                ARROWS.keySet().stream(), java.util.stream.Stream.of("local"))
            .filter(other ->
                !other.equals(module) && !ARROWS.getOrDefault(module, List.of()).contains(other))
            .map(other -> ROOT + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .check(CLASSES);
  }

  @Test
  void packagesOfAServiceDoNotGoInCircles() {
    for (String service : List.of("ingest", "cards", "publishing", "metrics", "aggregator")) {
      slices()
          .matching(ROOT + service + ".(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void onlyTheServersOfTheKitKnowHowHttpIsServed() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "cards..", ROOT + "metrics..", ROOT + "index..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.helidon.webserver..")
        .check(CLASSES);
  }

  /// The ways without it are for this machine and for tests.
  @Test
  void noServiceForgetsTls() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "local..", ROOT + "kit.call..")
        .should()
        .callMethod(Peer.class, "open", String.class, String.class, InternalTokens.Signer.class)
        .orShould()
        .callMethod(
            GrpcServer.class,
            "start",
            String.class,
            int.class,
            InternalTokens.Verifier.class,
            KnownTenants.class,
            List.class)
        .check(CLASSES);
  }

  @Test
  void onlyItsApiKnowsThatIngestIsServedOverHttp() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "ingest..")
        .and()
        .resideOutsideOfPackage(ROOT + "ingest.api..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.helidon.webserver..")
        .check(CLASSES);
  }

  @Test
  void packagesAreNamedAfterNounsNotLayers() {
    classes()
        .that()
        .resideInAPackage("io.cardloom..")
        .should()
        .resideOutsideOfPackages(
            "..model..", "..dto..", "..mapper..", "..util..", "..utils..", "..impl..", "..helper..")
        .check(CLASSES);
  }
}
