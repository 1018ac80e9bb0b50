package modicum.executor.doctor;

import java.util.List;
import java.util.Set;

/**
 * What an engine says of itself.
 *
 * @param version of the engine
 * @param apiVersion the newest that it speaks, as 1.41
 * @param osType of its machine, as linux
 * @param architecture of its machine, as x86_64
 * @param kernel release
 * @param cgroupVersion 1 or 2; 0 where it does not say
 * @param cgroupDriver cgroupfs or systemd
 * @param limitsMemory whether memory limits hold
 * @param limitsSwap whether limits of memory and swap together hold
 * @param limitsCpu whether CPU quotas hold
 * @param security what it protects with, as {@code name=seccomp,profile=default}
 * @param runtimes what it can run containers with, by name
 * @param storage driver of its images and containers
 * @param storageStatus what it says of that, as {@code Backing Filesystem: extfs}
 * @param memory bytes
 * @param local whether its processes and files are this machine's
 * @param exactAccounts whether each run is measured by a control group of its own
 */
public record EngineFacts(
    String version,
    String apiVersion,
    String osType,
    String architecture,
    String kernel,
    int cgroupVersion,
    String cgroupDriver,
    boolean limitsMemory,
    boolean limitsSwap,
    boolean limitsCpu,
    List<String> security,
    Set<String> runtimes,
    String storage,
    List<String> storageStatus,
    int cpus,
    long memory,
    boolean local,
    boolean exactAccounts) {
  public EngineFacts {
    security = List.copyOf(security);
    runtimes = Set.copyOf(runtimes);
    storageStatus = List.copyOf(storageStatus);
  }

  boolean protectsBy(String name) {
    return security.stream().anyMatch(s -> List.of(s.split(",")).contains("name=" + name));
  }
}
