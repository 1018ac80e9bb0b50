package modicum.executor.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Ulimit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.executor.RunRequest;
import modicum.executor.sandbox.Conditions;
import modicum.executor.sandbox.Face;
import modicum.executor.sandbox.Pins;
import modicum.executor.sandbox.Profile;
import modicum.protocol.job.JobSpec;

/**
 * The walls around a job. They keep the machine safe from the job, and keep from the job what could
 * tell it where it runs, so that it cannot behave at a mediator other than at a provider: no
 * network, one host name, nobody as user, no control group names, a neutral resolver.
 *
 * <p>The container's first process is the sandbox's program, which starts the job and answers for
 * the machine what would differ from one to the next. So its container allows it to trace and to
 * fix the layout of addresses; it takes both from the job.
 *
 * <p>The environment is the profile's, with the image's put over it, which its id fixes, and the
 * job's over that; the engine adds HOSTNAME, and HOME as the image's user list has it. Nothing
 * comes from this machine.
 */
final class Sandbox {
  static final String TEMPORARY_FOLDER = "/tmp";

  private static final String NO_RESOLVER = "127.0.0.1";
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** The engine refuses to run anything in less, bytes. */
  private static final long LEAST_MEMORY = 6L << 20;

  /** A size of 0 would mean no bound, bytes. */
  private static final long LEAST_TEMPORARY = 4096;

  private static final long SHARED_MEMORY = 64L << 20;
  private static final long NANO = 1_000_000_000L;
  private static final List<String> RESERVED =
      List.of(
          JobSpec.INPUT_FOLDER,
          TEMPORARY_FOLDER,
          "/dev",
          "/proc",
          "/sys",
          "/etc",
          SandboxFiles.FOLDER);

  private final DockerOptions options;
  private final SandboxFiles files;
  private final JobUser user;
  private final CpuSet cpuSet;
  private final int engineCpus;

  Sandbox(DockerOptions options, SandboxFiles files, JobUser user, CpuSet cpuSet, int engineCpus) {
    this.options = options;
    this.files = files;
    this.user = user;
    this.cpuSet = cpuSet;
    this.engineCpus = engineCpus;
  }

  /** Why this job cannot be run anywhere, by its own spec and image; empty if it can. */
  Optional<String> objection(JobSpec job, InspectImageResponse image) {
    String output = job.output();
    for (String reserved : RESERVED) {
      if (output.equals(reserved) || output.startsWith(reserved + "/")) {
        return Optional.of("the output folder cannot be " + output + "; take /out");
      }
    }
    var config = image.getConfig();
    if (config != null && config.getVolumes() != null && !config.getVolumes().isEmpty()) {
      return Optional.of(
          "the image declares volumes, which would escape the storage limit: "
              + new TreeMap<>(config.getVolumes()).keySet());
    }
    if (command(job, image).isEmpty()) {
      return Optional.of("neither the job nor its image names a command");
    }
    return Optional.empty();
  }

  CreateContainerCmd command(
      DockerClient client,
      RunRequest request,
      InspectImageResponse image,
      Path output,
      Optional<String> cgroupParent,
      Map<String, String> labels) {
    JobSpec job = request.job();
    List<String> words = new ArrayList<>(terms(request, image));
    words.add("--");
    words.addAll(command(job, image));
    return client
        .createContainerCmd(image.getId())
        .withName(request.name().containerName())
        .withLabels(labels)
        .withHostName(request.conditions().hostName())
        .withUser(user.toString())
        .withWorkingDir("/")
        .withEnv(environment(request, image))
        .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
        .withHostConfig(walls(request, output, cgroupParent))
        // As an entry point, so that none of the image's own words get in between.
        .withEntrypoint(words);
  }

  /** What the sandbox's program is told. */
  private static List<String> terms(RunRequest request, InspectImageResponse image) {
    Conditions conditions = request.conditions();
    return List.of(
        SandboxFiles.PROGRAM,
        "start=" + conditions.start(),
        "seed=" + conditions.seed(),
        "memory=" + request.limits().memory(),
        "cpus=" + visibleCpus(request),
        "order=" + conditions.order(),
        "unrest=" + conditions.unrest(),
        "layout=" + (conditions.fixedLayout() ? 0 : 1),
        "folder=" + workingFolder(image));
  }

  /** The engine is kept out of it: a folder of its own could hide behind the name. */
  private static String workingFolder(InspectImageResponse image) {
    String folder = image.getConfig() == null ? null : image.getConfig().getWorkingDir();
    return folder == null || folder.isEmpty() ? "/" : folder;
  }

  /** The job's command, or else the image's own. */
  private static List<String> command(JobSpec job, InspectImageResponse image) {
    if (!job.command().isEmpty() || image.getConfig() == null) {
      return job.command();
    }
    List<String> words = new ArrayList<>();
    for (String[] part :
        listOfNullable(image.getConfig().getEntrypoint(), image.getConfig().getCmd())) {
      words.addAll(List.of(part));
    }
    return words;
  }

  private static List<String[]> listOfNullable(String[]... parts) {
    return Stream.of(parts).filter(Objects::nonNull).toList();
  }

  private static int visibleCpus(RunRequest request) {
    return request.conditions().cpus().orElse(request.job().cpus());
  }

  private HostConfig walls(RunRequest request, Path output, Optional<String> cgroupParent) {
    long memory = Math.max(request.limits().memory(), LEAST_MEMORY);
    long storage = request.limits().storage();
    HostConfig walls =
        HostConfig.newHostConfig()
            .withNetworkMode("none")
            .withDns(NO_RESOLVER)
            .withDnsSearch(".")
            .withReadonlyRootfs(true)
            .withCapDrop(Capability.ALL)
            .withSecurityOpts(List.of("no-new-privileges", "seccomp=" + Profile.systemCalls()))
            .withIpcMode("private")
            .withCgroupnsMode("private")
            .withMemory(memory)
            .withMemorySwap(memory)
            .withPidsLimit(options.processes())
            .withNanoCPUs(Math.min(request.job().cpus(), engineCpus) * NANO)
            .withUlimits(limits(storage))
            .withTmpFs(Map.of(TEMPORARY_FOLDER, temporary(storage, memory)))
            .withShmSize(Math.min(SHARED_MEMORY, memory))
            .withMounts(mounts(request, output))
            .withLogConfig(log());
    request
        .conditions()
        .cpuSet()
        .or(() -> cpuSet.deal(request.job().cpus()))
        .ifPresent(walls::withCpusetCpus);
    cgroupParent.ifPresent(walls::withCgroupParent);
    options.runtime().ifPresent(walls::withRuntime);
    return walls;
  }

  private List<Ulimit> limits(long storage) {
    List<Ulimit> limits = new ArrayList<>();
    Profile.limits().forEach((name, limit) -> limits.add(new Ulimit(name, limit, limit)));
    limits.add(new Ulimit("nofile", options.openFiles(), options.openFiles()));
    limits.add(new Ulimit("core", 0L, 0L));
    limits.add(new Ulimit("fsize", storage, storage));
    return limits;
  }

  /** The kernel counts what is in it as memory of the job; entries are bounded too. */
  private String temporary(long storage, long memory) {
    long size = Math.max(LEAST_TEMPORARY, Math.min(storage, memory));
    return "rw,exec,nosuid,nodev,mode=1777,size=" + size + ",nr_inodes=" + options.outputEntries();
  }

  private List<Mount> mounts(RunRequest request, Path output) {
    Face face =
        new Face(
            visibleCpus(request),
            request.job().cpuLevel(),
            request.limits().memory(),
            request.conditions());
    List<Mount> mounts = files.mounts(face);
    mounts.add(bind(output, request.job().output()).withReadOnly(false));
    request
        .input()
        .ifPresent(input -> mounts.add(bind(input, JobSpec.INPUT_FOLDER).withReadOnly(true)));
    return mounts;
  }

  static Mount bind(Path source, String target) {
    return new Mount()
        .withType(MountType.BIND)
        .withSource(source.toAbsolutePath().normalize().toString())
        .withTarget(target);
  }

  /** What a job writes to its standard output and error goes round in two small files. */
  private LogConfig log() {
    return new LogConfig(
        LogConfig.LoggingType.JSON_FILE,
        Map.of("max-size", Long.toString(options.logBytes()), "max-file", "2"));
  }

  private static List<String> environment(RunRequest request, InspectImageResponse image) {
    JobSpec job = request.job();
    Map<String, String> environment =
        Pins.of(visibleCpus(request), job.cpuLevel(), request.conditions());
    environment.put("PATH", PATH);
    // The engine itself adds what the image has, unless it is given another value.
    environment.keySet().removeAll(namesOf(image));
    environment.putAll(job.environment());
    return environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  private static Set<String> namesOf(InspectImageResponse image) {
    if (image.getConfig() == null || image.getConfig().getEnv() == null) {
      return Set.of();
    }
    return Stream.of(image.getConfig().getEnv())
        .map(variable -> variable.split("=", 2)[0])
        .collect(Collectors.toSet());
  }
}
