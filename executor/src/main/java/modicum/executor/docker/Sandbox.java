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
import java.util.Optional;
import java.util.TreeMap;
import modicum.executor.RunRequest;
import modicum.protocol.job.JobSpec;

/**
 * The walls around a job. They keep the machine safe from the job, and keep from the job what could
 * tell it where it runs, so that it cannot behave at a mediator other than at a provider: no
 * network, one host name, nobody as user, no control group names, a neutral resolver.
 *
 * <p>The environment is that of the image, which its id fixes, with the job's put over it; the
 * engine adds HOSTNAME, and HOME as the image's user list has it. Nothing comes from this machine.
 */
final class Sandbox {
  static final String TEMPORARY_FOLDER = "/tmp";

  private static final String HOST_NAME = "job";
  private static final String NO_RESOLVER = "127.0.0.1";
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** The engine refuses to run anything in less, bytes. */
  private static final long LEAST_MEMORY = 6L << 20;

  /** A size of 0 would mean no bound, bytes. */
  private static final long LEAST_TEMPORARY = 4096;

  private static final long SHARED_MEMORY = 64L << 20;
  private static final long NANO = 1_000_000_000L;
  private static final List<String> RESERVED =
      List.of(JobSpec.INPUT_FOLDER, TEMPORARY_FOLDER, "/dev", "/proc", "/sys", "/etc");

  private final DockerOptions options;
  private final JobUser user;
  private final CpuSet cpuSet;
  private final int engineCpus;

  Sandbox(DockerOptions options, JobUser user, CpuSet cpuSet, int engineCpus) {
    this.options = options;
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
    CreateContainerCmd command =
        client
            .createContainerCmd(image.getId())
            .withName(request.name().containerName())
            .withLabels(labels)
            .withHostName(HOST_NAME)
            .withUser(user.toString())
            .withEnv(environment(job, image))
            .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
            .withHostConfig(walls(request, output, cgroupParent));
    if (!job.command().isEmpty()) {
      // As an entry point, so that none of the image's own words get in between.
      command.withEntrypoint(job.command());
    }
    return command;
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
            .withSecurityOpts(List.of("no-new-privileges"))
            .withIpcMode("private")
            .withCgroupnsMode("private")
            .withMemory(memory)
            .withMemorySwap(memory)
            .withPidsLimit(options.processes())
            .withNanoCPUs(Math.min(request.job().cpus(), engineCpus) * NANO)
            .withUlimits(
                List.of(
                    new Ulimit("nofile", options.openFiles(), options.openFiles()),
                    new Ulimit("core", 0L, 0L),
                    new Ulimit("fsize", storage, storage)))
            .withTmpFs(Map.of(TEMPORARY_FOLDER, temporary(storage, memory)))
            .withShmSize(Math.min(SHARED_MEMORY, memory))
            .withMounts(mounts(request, output))
            .withLogConfig(log());
    cpuSet.deal(request.job().cpus()).ifPresent(walls::withCpusetCpus);
    cgroupParent.ifPresent(walls::withCgroupParent);
    return walls;
  }

  /** The kernel counts what is in it as memory of the job; entries are bounded too. */
  private String temporary(long storage, long memory) {
    long size = Math.max(LEAST_TEMPORARY, Math.min(storage, memory));
    return "rw,exec,nosuid,nodev,mode=1777,size=" + size + ",nr_inodes=" + options.outputEntries();
  }

  private static List<Mount> mounts(RunRequest request, Path output) {
    List<Mount> mounts = new ArrayList<>();
    mounts.add(bind(output, request.job().output()).withReadOnly(false));
    request
        .input()
        .ifPresent(input -> mounts.add(bind(input, JobSpec.INPUT_FOLDER).withReadOnly(true)));
    return mounts;
  }

  private static Mount bind(Path source, String target) {
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

  private static List<String> environment(JobSpec job, InspectImageResponse image) {
    List<String> environment = new ArrayList<>();
    job.environment().forEach((name, value) -> environment.add(name + "=" + value));
    boolean imageHasPath =
        image.getConfig() != null
            && image.getConfig().getEnv() != null
            && List.of(image.getConfig().getEnv()).stream().anyMatch(e -> e.startsWith("PATH="));
    if (!job.environment().containsKey("PATH") && !imageHasPath) {
      environment.add("PATH=" + PATH);
    }
    return environment;
  }
}
