package modicum.executor.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Info;
import java.util.List;
import java.util.Optional;
import modicum.executor.RunName;

/**
 * Measures what runs use. Best by a control group of each run's own, which the agent makes before
 * and reads after, so that not a moment is missed; that needs root, a local engine and its
 * "cgroupfs" driver. Otherwise by looking now and then at the group that the engine made, or at the
 * engine's own samples; then the last moments are missing, and the outcome says so.
 */
final class Accounting {
  private static final String PARENT = "/modicum";

  private final Engine engine;
  private final Cgroups cgroups;
  private final boolean own;

  private Accounting(Engine engine, Cgroups cgroups, boolean own) {
    this.engine = engine;
    this.cgroups = cgroups;
    this.own = own;
  }

  static Accounting on(Engine engine, Info info, DockerOptions options, JobUser user) {
    Cgroups cgroups = new Cgroups(Cgroups.ROOT);
    boolean own =
        options.ownCgroups()
            && engine.isLocal()
            && user.agentIsRoot()
            && "cgroupfs".equals(info.getCGroupDriver())
            && cgroups.isWritable();
    return new Accounting(engine, cgroups, own);
  }

  /** Whether nothing of a run is missed. */
  boolean isExact() {
    return own;
  }

  /** Opens a run's accounts; what it answers is to be the parent of the container's group. */
  Optional<String> open(RunName name) {
    if (!own) {
      return Optional.empty();
    }
    cgroups.remove(group(name));
    cgroups.create(group(name));
    return Optional.of(group(name));
  }

  /** Reads a run's accounts, as far as they are known. */
  Measurement read(RunName name, RunFolder folder, InspectContainerResponse container) {
    Optional<Measurement> exact = cgroups.read(group(name), true);
    if (exact.isPresent()) {
      return exact.get();
    }
    Measurement before = folder.sample().orElse(Measurement.NONE);
    Optional<Measurement> now = look(container);
    Measurement latest = now.map(before::max).orElse(before);
    if (!latest.equals(before)) {
      folder.writeSample(latest);
    }
    return latest;
  }

  /** The processes of a running job; none where they are not on this machine. */
  List<String> processes(RunName name, InspectContainerResponse container) {
    return localGroup(name, container).map(cgroups::processes).orElse(List.of());
  }

  /** Whether a running job has lost a process for want of memory, as far as that can be seen. */
  boolean hasRunOutOfMemory(RunName name, InspectContainerResponse container) {
    return localGroup(name, container).map(cgroups::hasRunOutOfMemory).orElse(false);
  }

  private Optional<String> localGroup(RunName name, InspectContainerResponse container) {
    Long processId = container.getState().getPidLong();
    if (!engine.isLocal() || processId == null || processId == 0) {
      return Optional.empty();
    }
    return own ? Optional.of(group(name)) : cgroups.groupOf(processId);
  }

  void close(RunName name) {
    if (own) {
      cgroups.remove(group(name));
    }
  }

  private Optional<Measurement> look(InspectContainerResponse container) {
    Long processId = container.getState().getPidLong();
    if (processId == null || processId == 0) {
      return Optional.empty();
    }
    if (!engine.isLocal()) {
      return EngineSample.take(engine, container.getId());
    }
    return cgroups.groupOf(processId).flatMap(group -> cgroups.read(group, false));
  }

  private static String group(RunName name) {
    return PARENT + "/" + name.containerName();
  }
}
