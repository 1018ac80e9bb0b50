package modicum.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.marketplace.cli.ModicumCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the house is built like: these rules hold for all production classes. */
class ArchitectureTest {
  private static final String SOLVER = "modicum.solver..";
  private static final String JOB_CREATOR = "modicum.jobcreator..";
  private static final String RESOURCE_PROVIDER = "modicum.provider..";
  private static final String MEDIATOR = "modicum.mediator..";
  private static final String MARKETPLACE = "modicum.marketplace..";
  private static final List<String> AGENTS =
      List.of(SOLVER, JOB_CREATOR, RESOURCE_PROVIDER, MEDIATOR);

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(l -> !l.contains("-tests.jar") && !l.contains("/modicum/acceptance/"))
          .importPackages("modicum");

  @Test
  void theRulesLookAtEveryModule() {
    Set<String> modules =
        PRODUCTION.stream()
            .map(c -> c.getPackageName().split("\\.")[1])
            .collect(Collectors.toSet());

    assertThat(modules)
        .containsExactlyInAnyOrder(
            "contracts",
            "protocol",
            "ledger",
            "directory",
            "executor",
            "solver",
            "jobcreator",
            "provider",
            "mediator",
            "marketplace");
  }

  @ParameterizedTest
  @ValueSource(strings = {SOLVER, JOB_CREATOR, RESOURCE_PROVIDER, MEDIATOR})
  void agentsDoNotDependOnEachOther(String agent) {
    String[] others = AGENTS.stream().filter(a -> !a.equals(agent)).toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(agent)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(PRODUCTION);
  }

  @Test
  void onlyTheMarketplaceSeesAllAgents() {
    noClasses()
        .that()
        .resideOutsideOfPackage(MARKETPLACE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(MARKETPLACE)
        .check(PRODUCTION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"modicum.ledger..", "modicum.directory..", "modicum.executor.."})
  void whatAgentsStandOnKnowsNoAgent(String ground) {
    noClasses()
        .that()
        .resideInAPackage(ground)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(AGENTS.toArray(String[]::new))
        .check(PRODUCTION);
  }

  @Test
  void theProtocolStandsOnTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("modicum.protocol..")
        .and()
        .resideOutsideOfPackage("modicum.protocol.encoding")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("modicum.protocol..", "java..")
        .check(PRODUCTION);
  }

  /** The JDK has SHA-3, but not the Keccak of Ethereum. */
  @Test
  void theProtocolTakesOneHashFromElsewhere() {
    classes()
        .that()
        .resideInAPackage("modicum.protocol.encoding")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("modicum.protocol..", "java..", "org.bouncycastle.crypto..")
        .check(PRODUCTION);
  }

  @Test
  void theChainsLibraryAndTheBindingsStayInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackages("modicum.ledger.web3j", "modicum.contracts..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.web3j..", "modicum.contracts..")
        .check(PRODUCTION);
  }

  @Test
  void theContainerEnginesLibraryStaysInOnePackage() {
    onlySeenBy("modicum.executor.docker", "com.github.dockerjava..");
  }

  @Test
  void theObjectStoresLibrariesStayInOnePackage() {
    onlySeenBy("modicum.directory.s3", "io.minio..", "org.gaul..");
  }

  @Test
  void theEncryptionsLibraryStaysInOnePackage() {
    onlySeenBy("modicum.directory.encryption", "com.exceptionfactory.jagged..");
  }

  @Test
  void theFrameworkOfServicesStaysInAppPackages() {
    onlySeenBy("modicum..app..", "org.springframework..", "jakarta..", "io.micrometer..");
  }

  @Test
  void theLibraryOfCommandLinesStaysInCliPackages() {
    onlySeenBy("modicum..cli..", "picocli..");
  }

  /** Libraries need the older Jackson; our own JSON does not. */
  @Test
  void nobodyUsesTheOldJackson() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.fasterxml.jackson.databind..", "com.fasterxml.jackson.core..")
        .check(PRODUCTION);
  }

  @Test
  void packagesAreNamedByConcept() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..utils..", "..common..", "..dto..", "..impl..")
        .check(PRODUCTION);
  }

  @Test
  void nothingIsCalledManagerOrHelper() {
    noClasses()
        .that()
        .resideOutsideOfPackage("modicum.contracts..")
        .should()
        .haveSimpleNameContaining("Manager")
        .orShould()
        .haveSimpleNameContaining("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .check(PRODUCTION);
  }

  @Test
  void modulesHaveNoCycles() {
    slices().matching("modicum.(*)..").should().beFreeOfCycles().check(PRODUCTION);
  }

  @Test
  void onlyTheMainMethodEndsTheProcess() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(ModicumCommand.class)
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(PRODUCTION);
  }

  @Test
  void theProtocolReadsNoClockAndDrawsNothing() {
    noClasses()
        .that()
        .resideInAPackage("modicum.protocol..")
        .should()
        .callMethodWhere(describe("reads a clock", ArchitectureTest::readsAClock))
        .orShould()
        .dependOnClassesThat(resideInAPackage("java.util.random..").or(named("java.util.Random")))
        .check(PRODUCTION);
  }

  /** Deadlines are judged by block time, which is handed in. */
  @Test
  void decisionsReadNoClock() {
    noClasses()
        .that(describe("decide or judge", ArchitectureTest::decides))
        .should()
        .callMethodWhere(describe("reads a clock", ArchitectureTest::readsAClock))
        .check(PRODUCTION);
  }

  /** What an agent decides by is pure: it reaches neither ledger, directory nor executor. */
  @Test
  void decisionsHaveNoEffects() {
    Set<String> ports =
        Set.of(
            "modicum.ledger.Ledger",
            "modicum.directory.Directory",
            "modicum.executor.Executor",
            "modicum.ledger.orders.OrderBook",
            "java.nio.file.Files",
            "java.net.http.HttpClient");

    noClasses()
        .that(describe("decide or judge", ArchitectureTest::decides))
        .should()
        .dependOnClassesThat(describe("are ports", c -> ports.contains(c.getName())))
        .check(PRODUCTION);
  }

  private static void onlySeenBy(String home, String... library) {
    noClasses()
        .that()
        .resideOutsideOfPackage(home)
        // The bindings are generated, and go with their library.
        .and()
        .resideOutsideOfPackage("modicum.contracts..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library)
        .check(PRODUCTION);
  }

  private static DescribedPredicate<JavaClass> named(String name) {
    return describe(name, c -> c.getName().equals(name));
  }

  private static boolean decides(JavaClass candidate) {
    return Stream.of("Policy", "View", "Adjudicator", "MatchFinder", "OfferBook")
        .anyMatch(candidate.getSimpleName()::endsWith);
  }

  private static boolean readsAClock(JavaCall<?> call) {
    JavaClass owner = call.getTargetOwner();
    String method = call.getName();
    return owner.isEquivalentTo(Instant.class) && method.equals("now")
        || owner.isEquivalentTo(System.class)
            && (method.equals("currentTimeMillis") || method.equals("nanoTime"))
        || owner.isEquivalentTo(Clock.class) && method.startsWith("system");
  }
}
