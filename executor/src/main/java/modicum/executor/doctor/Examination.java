package modicum.executor.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says of each respect whether a machine is good, weak or unfit. Pure.
 *
 * @param trial empty where none was made
 * @param clockAhead of the chain's latest block; empty where no chain was asked
 */
public record Examination(
    EngineFacts engine,
    HostFacts host,
    Need need,
    Optional<Trial> trial,
    Optional<Duration> clockAhead) {
  /**
   * The first with private control group namespaces, which hide a container's name from the job.
   */
  private static final String LEAST_API = "1.41";

  /** As Docker says it, and as Podman does. */
  private static final List<String> AMD64 = List.of("x86_64", "amd64");

  private static final String LEAST_KERNEL = "4.8";
  private static final int NO_TRACING = 3;
  private static final String GVISOR = "runsc";
  private static final long SPARE_DISK = 5L << 30;
  private static final long SPARE_MEMORY = 1L << 30;
  private static final Duration FAST_CLOCK = Duration.ofSeconds(30);

  /** Blocks come now and then, so that the newest may be old. */
  private static final Duration SLOW_CHAIN = Duration.ofMinutes(5);

  public HealthReport report() {
    List<Finding> findings = new ArrayList<>();
    findings.add(engineVersion());
    findings.add(machine());
    findings.add(cpu());
    findings.add(sandbox());
    findings.add(seccomp());
    findings.add(tracing());
    findings.add(controlGroups());
    findings.add(mandatoryAccess());
    findings.add(userNamespaces());
    findings.add(runtime());
    findings.add(quotas());
    findings.add(disk());
    findings.add(memory());
    findings.add(accounts());
    findings.add(instructionCounter());
    findings.add(clock());
    return new HealthReport(findings);
  }

  private Finding engineVersion() {
    String found = "%s, API %s".formatted(engine.version(), engine.apiVersion());
    return atLeast(engine.apiVersion(), LEAST_API)
        ? Finding.good("engine", found)
        : Finding.unfit(
            "engine", found, "the sandbox needs API 1.41: install Docker 20.10 or later");
  }

  private Finding machine() {
    String found =
        "%s, %s, kernel %s".formatted(engine.osType(), engine.architecture(), engine.kernel());
    boolean fits =
        engine.osType().equals("linux")
            && AMD64.contains(engine.architecture())
            && atLeast(engine.kernel(), LEAST_KERNEL);
    return fits
        ? Finding.good("machine", found)
        : Finding.unfit("machine", found, "jobs run on amd64 machines with Linux 4.8 or later");
  }

  private Finding cpu() {
    if (host.cpuLevel().isEmpty()) {
      return Finding.weak(
          "CPU", "its level cannot be told", "offer it as what you know that it has");
    }
    String found = "has level " + host.cpuLevel().get();
    return need.cpuLevel().filter(level -> host.cpuLevel().get().compareTo(level) < 0).isPresent()
        ? Finding.unfit(
            "CPU",
            found + ", and is offered for " + need.cpuLevel().get(),
            "set architecture to a lower level")
        : Finding.good("CPU", found);
  }

  private Finding sandbox() {
    if (trial.isEmpty()) {
      return Finding.weak("sandbox", "not tried", "run the doctor where an engine answers");
    }
    return trial
        .get()
        .trouble()
        .map(
            why ->
                Finding.unfit(
                    "sandbox",
                    "a small job does not run: " + why,
                    "jobs need an engine that takes a seccomp profile and lets containers trace"
                        + " their own children"))
        .orElseGet(
            () ->
                Finding.good(
                    "sandbox",
                    "a small job ran in it, in %d ms"
                        .formatted(trial.get().wallTime().toMillis())));
  }

  private Finding seccomp() {
    return engine.protectsBy("seccomp")
        ? Finding.good("seccomp", "on; system calls that no job needs are refused")
        : Finding.unfit(
            "seccomp",
            "the engine has none",
            "take a kernel with CONFIG_SECCOMP_FILTER and an engine built with seccomp");
  }

  private Finding tracing() {
    return host.traceScope().isPresent() && host.traceScope().getAsInt() >= NO_TRACING
        ? Finding.unfit(
            "ptrace",
            "this machine's kernel.yama.ptrace_scope is 3: nobody traces",
            "set kernel.yama.ptrace_scope to 2 or less and restart the machine")
        : Finding.good("ptrace", "not forbidden");
  }

  private Finding controlGroups() {
    String found =
        "version %s, driver %s"
            .formatted(
                engine.cgroupVersion() == 0 ? "unknown" : engine.cgroupVersion(),
                engine.cgroupDriver());
    List<String> missing = new ArrayList<>();
    if (!engine.limitsMemory()) {
      missing.add("memory");
    }
    if (!engine.limitsCpu()) {
      missing.add("CPU");
    }
    if (engine.local() && !host.controllers().isEmpty() && !host.controllers().contains("pids")) {
      missing.add("number of processes");
    }
    if (!missing.isEmpty()) {
      return Finding.unfit(
          "control groups",
          found + "; these limits do not hold: " + String.join(", ", missing),
          "enable the controllers memory, cpu and pids (rootless: delegate them to the user)");
    }
    return host.swap() && !engine.limitsSwap()
        ? Finding.weak(
            "control groups",
            found + "; a job can use swap beyond its memory limit",
            "boot with swapaccount=1, or switch swap off")
        : Finding.good("control groups", found + "; limits of memory, CPU and processes hold");
  }

  private Finding mandatoryAccess() {
    for (String name : List.of("apparmor", "selinux")) {
      if (engine.protectsBy(name)) {
        return Finding.good("access control", name + " is on");
      }
    }
    return Finding.weak(
        "access control",
        "neither AppArmor nor SELinux: one wall less if the kernel lets a job out",
        "boot with AppArmor (lsm=apparmor), install apparmor, restart the engine");
  }

  private Finding userNamespaces() {
    if (engine.protectsBy("rootless")) {
      return Finding.good("user namespaces", "the engine itself is not root");
    }
    return engine.protectsBy("userns")
        ? Finding.good("user namespaces", "on; root in a container is nobody outside")
        : Finding.weak(
            "user namespaces",
            "off; jobs are nobody and have no capabilities, but root in them would be root outside",
            "set userns-remap in the engine's daemon.json (not tried with exact accounts)");
  }

  private Finding runtime() {
    boolean gvisor = engine.runtimes().contains(GVISOR);
    if (need.runtime().isPresent()) {
      String name = need.runtime().get();
      return engine.runtimes().contains(name)
          ? Finding.good("runtime", "jobs run by " + name)
          : Finding.unfit(
              "runtime",
              "the engine does not know %s, only %s"
                  .formatted(
                      name, engine.runtimes().stream().sorted().collect(Collectors.joining(", "))),
              "add it to the runtimes in the engine's daemon.json, or leave 'runtime' out");
    }
    return Finding.weak(
        "runtime",
        "jobs share this machine's kernel"
            + (gvisor ? "; gVisor is here, and not used" : "; gVisor is not here"),
        gvisor
            ? "'provider doctor --runtime runsc' tries whether it can run the sandbox (no version"
                + " that was tried could); else give jobs a virtual machine of their own"
            : "give jobs a virtual machine of their own");
  }

  private Finding quotas() {
    String found =
        "images on %s (%s), state folder on %s"
            .formatted(
                engine.storage(), String.join(", ", engine.storageStatus()), host.diskType());
    return host.diskQuotas()
        ? Finding.good("disk quotas", found + " with project quotas")
        : Finding.weak(
            "disk quotas",
            found + " without project quotas: what a job writes is watched, not held",
            "put the state folder on a disk of its own");
  }

  private Finding disk() {
    return room(
        "disk", host.diskFree(), need.storage(), SPARE_DISK, "lower capacity.storage or slots");
  }

  private Finding memory() {
    return room(
        "memory",
        host.availableMemory(),
        need.memory(),
        SPARE_MEMORY,
        "lower capacity.memory or slots");
  }

  private static Finding room(String subject, long free, long needed, long spare, String remedy) {
    String found = "%d MiB free".formatted(free >> 20);
    if (free < needed) {
      return Finding.weak(
          subject, found + ", and %d MiB are offered".formatted(needed >> 20), remedy);
    }
    return free < spare
        ? Finding.weak(subject, found, "make room; jobs bring images and write output")
        : Finding.good(
            subject, found + (needed > 0 ? ", %d MiB are offered".formatted(needed >> 20) : ""));
  }

  private Finding accounts() {
    return engine.exactAccounts()
        ? Finding.good(
            "metering", "CPU time and peak memory are read after the end, of each run's own group")
        : Finding.weak(
            "metering",
            "by samples: the last part of a run is neither seen nor billed",
            "run as root, on the engine's machine, with its cgroupfs driver");
  }

  /** Nothing depends on it: instructions are CPU time by a calibrated speed. */
  private Finding instructionCounter() {
    if (!host.instructionCounter()) {
      return Finding.good(
          "instructions",
          "by CPU time and timePerInstruction: this kernel offers no hardware counter, as in most"
              + " virtual machines");
    }
    return Finding.good(
        "instructions",
        "by CPU time and timePerInstruction; there is a hardware counter (perf_event_paranoid %s), not used"
            .formatted(
                host.eventParanoia().isPresent() ? host.eventParanoia().getAsInt() : "unknown"));
  }

  private Finding clock() {
    if (host.clockIsPast()) {
      return Finding.weak(
          "clock", "shows a time before this program was made", "set it, or let it be kept by NTP");
    }
    if (clockAhead.isEmpty()) {
      return Finding.weak(
          "clock",
          "plausible, and not compared",
          "give --config: then it is compared with the chain's time");
    }
    long seconds = clockAhead.get().toSeconds();
    if (clockAhead.get().compareTo(FAST_CLOCK.negated()) < 0) {
      return Finding.weak(
          "clock",
          "%d s behind the chain's latest block".formatted(-seconds),
          "set it, or let it be kept by NTP: signed requests to directories carry its time");
    }
    return clockAhead.get().compareTo(SLOW_CHAIN) > 0
        ? Finding.weak(
            "clock",
            "%d s ahead of the chain's latest block: it is fast, or the chain stands"
                .formatted(seconds),
            "compare it with another clock; look whether the chain makes blocks")
        : Finding.good(
            "clock", "within %d s of the chain's latest block".formatted(Math.abs(seconds)));
  }

  /** Compares the leading numbers of two versions, as 6.18 of {@code 6.18.44-fc}. */
  static boolean atLeast(String version, String least) {
    int[] one = numbers(version);
    int[] other = numbers(least);
    return Arrays.compare(one, other) >= 0;
  }

  private static int[] numbers(String version) {
    int[] numbers = new int[2];
    String[] parts = version.split("\\.", 3);
    for (int i = 0; i < Math.min(parts.length, numbers.length); i++) {
      String digits = parts[i].replaceFirst("\\D.*", "");
      numbers[i] = digits.isEmpty() || digits.length() > 6 ? 0 : Integer.parseInt(digits);
    }
    return numbers;
  }
}
