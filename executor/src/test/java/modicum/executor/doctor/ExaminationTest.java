package modicum.executor.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import modicum.protocol.job.CpuLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExaminationTest {
  private static final long GIB = 1L << 30;
  private static final Trial RAN = new Trial(Optional.empty(), Duration.ofMillis(300));

  private String apiVersion = "1.41";
  private String kernel = "6.1.0-9-amd64";
  private String architecture = "x86_64";
  private boolean limitsMemory = true;
  private boolean limitsSwap = true;
  private boolean exactAccounts = true;
  private List<String> security =
      List.of("name=apparmor", "name=seccomp,profile=default", "name=userns");
  private Set<String> runtimes = Set.of("runc", "runsc");
  private Set<String> controllers = Set.of("cpu", "memory", "pids");
  private OptionalInt traceScope = OptionalInt.of(1);
  private boolean counter;
  private boolean swap;
  private boolean quotas = true;
  private boolean clockIsPast;
  private long diskFree = 100 * GIB;
  private Need need = Need.ANYTHING;
  private Optional<Trial> trial = Optional.of(RAN);
  private Optional<Duration> clockAhead = Optional.of(Duration.ofSeconds(2));

  private HealthReport report() {
    EngineFacts engine =
        new EngineFacts(
            "20.10.24",
            apiVersion,
            "linux",
            architecture,
            kernel,
            2,
            "cgroupfs",
            limitsMemory,
            limitsSwap,
            true,
            security,
            runtimes,
            "overlay2",
            List.of("Backing Filesystem: extfs"),
            4,
            16 * GIB,
            true,
            exactAccounts);
    HostFacts host =
        new HostFacts(
            Optional.of(CpuLevel.X86_64_V3),
            controllers,
            traceScope,
            counter,
            OptionalInt.of(2),
            8 * GIB,
            swap,
            "ext4",
            diskFree,
            quotas,
            clockIsPast);
    return new Examination(engine, host, need, trial, clockAhead).report();
  }

  private Finding of(String subject) {
    return report().findings().stream()
        .filter(f -> f.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  private void isUnfit(String subject, String found) {
    Finding finding = of(subject);
    assertThat(finding.mark()).isEqualTo(Mark.UNFIT);
    assertThat(finding.found()).contains(found);
    assertThat(finding.remedy()).isPresent();
    assertThat(report().isFit()).isFalse();
    assertThat(report().objections()).contains(finding.sentence());
  }

  private void isWeak(String subject, String found) {
    Finding finding = of(subject);
    assertThat(finding.mark()).isEqualTo(Mark.WEAK);
    assertThat(finding.found()).contains(found);
    assertThat(finding.remedy()).isPresent();
    assertThat(report().isFit()).isTrue();
  }

  @Test
  void aGoodMachineIsGoodInEveryRespect() {
    need = new Need(Optional.of(CpuLevel.X86_64_V3), Optional.of("runsc"), GIB, GIB);
    assertThat(report().findings()).allMatch(f -> f.mark() == Mark.GOOD && f.remedy().isEmpty());
    assertThat(report().isFit()).isTrue();
    assertThat(report().objections()).isEmpty();
  }

  @Test
  void anOldEngineIsUnfit() {
    apiVersion = "1.40";
    isUnfit("engine", "API 1.40");
  }

  @Test
  void versionsAreComparedByNumbersAndNotByLetters() {
    assertThat(Examination.atLeast("1.100", "1.41")).isTrue();
    assertThat(Examination.atLeast("1.9", "1.41")).isFalse();
    assertThat(Examination.atLeast("10.0-rc1", "4.8")).isTrue();
    assertThat(Examination.atLeast("", "4.8")).isFalse();
    assertThat(Examination.atLeast("no version", "4.8")).isFalse();
  }

  @Test
  void anOldKernelAndAnotherMachineAreUnfit() {
    kernel = "4.4.0";
    isUnfit("machine", "kernel 4.4.0");
    kernel = "6.1.0";
    architecture = "aarch64";
    isUnfit("machine", "aarch64");
  }

  @Test
  void aMachineIsUnfitForALevelThatItsCpusDoNotHave() {
    need = new Need(Optional.of(CpuLevel.X86_64_V4), Optional.empty(), 0, 0);
    isUnfit("CPU", "has level x86-64-v3, and is offered for x86-64-v4");
  }

  @Test
  void aSmallJobThatDoesNotRunSaysWhy() {
    trial = Optional.of(new Trial(Optional.of("sandbox: cannot trace"), Duration.ZERO));
    isUnfit("sandbox", "a small job does not run: sandbox: cannot trace");
  }

  @Test
  void whatAnEngineSaysIsClippedToOneShortLine() {
    trial = Optional.of(new Trial(Optional.of("no:\n a\\n b" + "c".repeat(5000)), Duration.ZERO));
    Finding finding = of("sandbox");
    assertThat(finding.found()).contains("no: a bcc").hasSizeLessThan(400).doesNotContain("\n");
  }

  @Test
  void podmanNamesTheMachineOtherwise() {
    architecture = "amd64";
    assertThat(of("machine").mark()).isEqualTo(Mark.GOOD);
  }

  @Test
  void anEngineWithoutSeccompIsUnfit() {
    security = List.of("name=apparmor", "name=userns");
    isUnfit("seccomp", "has none");
  }

  @Test
  void aKernelThatForbidsTracingIsUnfit() {
    traceScope = OptionalInt.of(3);
    isUnfit("ptrace", "ptrace_scope is 3");
    traceScope = OptionalInt.empty();
    assertThat(of("ptrace").mark()).isEqualTo(Mark.GOOD);
  }

  @Test
  void limitsThatDoNotHoldMakeAMachineUnfit() {
    limitsMemory = false;
    controllers = Set.of("cpu");
    isUnfit("control groups", "these limits do not hold: memory, number of processes");
  }

  @Test
  void swapThatIsNotLimitedIsWeakOnlyWhereThereIsAny() {
    limitsSwap = false;
    assertThat(of("control groups").mark()).isEqualTo(Mark.GOOD);
    swap = true;
    isWeak("control groups", "swap");
  }

  @Test
  void whatIsMissingBesidesIsWeak() {
    security = List.of("name=seccomp,profile=default");
    runtimes = Set.of("runc");
    exactAccounts = false;
    quotas = false;
    isWeak("access control", "neither AppArmor nor SELinux");
    isWeak("user namespaces", "off");
    isWeak("runtime", "gVisor is not here");
    isWeak("metering", "by samples");
    isWeak("disk quotas", "watched, not held");
  }

  @Test
  void aRuntimeThatTheEngineDoesNotKnowIsUnfit() {
    runtimes = Set.of("runc");
    need = new Need(Optional.empty(), Optional.of("runsc"), 0, 0);
    isUnfit("runtime", "the engine does not know runsc, only runc");
  }

  @Test
  void moreStorageOnOfferThanThereIsIsWeak() {
    need = new Need(Optional.empty(), Optional.empty(), 0, 200 * GIB);
    isWeak("disk", "204800 MiB are offered");
    need = Need.ANYTHING;
    diskFree = GIB;
    isWeak("disk", "1024 MiB free");
  }

  @Test
  void aClockIsComparedWithTheChain() {
    clockAhead = Optional.of(Duration.ofSeconds(-90));
    isWeak("clock", "90 s behind");
    clockAhead = Optional.of(Duration.ofMinutes(20));
    isWeak("clock", "1200 s ahead");
    clockAhead = Optional.empty();
    isWeak("clock", "not compared");
    clockIsPast = true;
    isWeak("clock", "before this program was made");
  }

  @Test
  void itIsSaidWhetherInstructionsCouldBeCounted() {
    assertThat(of("instructions").found()).contains("no hardware counter");
    counter = true;
    assertThat(of("instructions").found()).contains("perf_event_paranoid 2");
  }

  @Test
  void thisMachineCanBeLookedAt(@TempDir Path folder) {
    HostFacts facts = HostFacts.of(folder.resolve("not/yet/there"));
    assertThat(facts.diskFree()).isPositive();
    assertThat(facts.diskType()).isNotBlank();
    assertThat(facts.availableMemory()).isPositive();
  }
}
