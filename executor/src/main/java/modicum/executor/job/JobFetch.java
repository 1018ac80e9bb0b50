package modicum.executor.job;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.folder.FolderTransfer;
import modicum.executor.BadImage;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.sandbox.Profile;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.result.ResultStatus;

/** Brings one job here, step by step, within its bandwidth limit. */
final class JobFetch {
  private static final int LONGEST_EXPLANATION = 300;

  private final Executor executor;
  private final Optional<CpuLevel> machine;
  private final Directory directory;
  private final JobSource source;
  private final WorkFolder folder;
  private final ImageTraffic imageTraffic;
  private Traffic traffic = Traffic.NONE;

  JobFetch(
      Executor executor,
      Optional<CpuLevel> machine,
      Directory directory,
      JobSource source,
      WorkFolder folder,
      ImageTraffic imageTraffic) {
    this.executor = executor;
    this.machine = machine;
    this.directory = directory;
    this.source = source;
    this.folder = folder;
    this.imageTraffic = imageTraffic;
  }

  /** Ends the fetching of a job that cannot be run. */
  private static final class Unfit extends Exception {
    private final ResultStatus status;

    Unfit(ResultStatus status, String explanation) {
      super(oneLine(explanation));
      this.status = status;
    }
  }

  /** Explanations quote what strangers wrote. */
  private static String oneLine(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= LONGEST_EXPLANATION ? line : line.substring(0, LONGEST_EXPLANATION);
  }

  Preparation fetch() {
    folder.create(source.match());
    try {
      Preparation.Ready ready = fetchAll();
      folder.note(ready);
      new AtomicFile(folder.imageArchive()).delete();
      return ready;
    } catch (Unfit e) {
      Preparation.Failed failed = new Preparation.Failed(e.status, e.getMessage(), traffic);
      if (e.status != ResultStatus.JOB_NOT_FOUND) {
        // A job that is not found may yet appear: the directory may not know of the match yet.
        folder.note(failed);
        new AtomicFile(folder.imageArchive()).delete();
      }
      return failed;
    }
  }

  /** Gives the engine the image again if it was removed there meanwhile; not billed. */
  Preparation requireImage(Preparation.Ready ready) {
    ImageReference image = ready.spec().image();
    if (executor.hasImage(image.id())) {
      return ready;
    }
    try {
      load(image);
      return ready;
    } catch (Unfit e) {
      // It was fit before, but its owner may have taken it out of the directory since.
      return new Preparation.Failed(e.status, e.getMessage(), ready.traffic());
    } finally {
      new AtomicFile(folder.imageArchive()).delete();
    }
  }

  Optional<String> loadComparator(ImageReference image) {
    if (executor.hasImage(image.id())) {
      return Optional.empty();
    }
    try {
      load(image);
      return Optional.empty();
    } catch (Unfit e) {
      return Optional.of(e.getMessage());
    } finally {
      new AtomicFile(folder.imageArchive()).delete();
    }
  }

  private Preparation.Ready fetchAll() throws Unfit {
    JobSpec spec = fetchSpec();
    boolean fetchesImage = hasArchive() || !executor.hasImage(spec.image().id());
    // The image is looked at after the input's manifest, with or without it here, so that everyone
    // who refuses a job as too large has moved the same bytes for it.
    requireWithin(spec.input().map(Digest::size).orElse(0L));
    Optional<Manifest> input = fetchInputManifest(spec);
    requireWithin(
        Traffic.saturatingSum(
            countedImage(spec, fetchesImage), input.map(Traffic::distinctContent).orElse(0L)));
    if (fetchesImage) {
      fetchImage(spec.image());
    }
    traffic = traffic.withImage(spec.image().archive().size(), fetchesImage);
    if (input.isPresent()) {
      fetchInput(spec.input().orElseThrow(), input.get());
    }
    return new Preparation.Ready(spec, input.map(i -> folder.input()), traffic);
  }

  private JobSpec fetchSpec() throws Unfit {
    byte[] canonical = folder.spec().read().orElse(null);
    if (canonical == null) {
      canonical = readSpec();
      folder.spec().write(canonical);
    }
    requireWithin(canonical.length);
    traffic = traffic.plus(canonical.length);
    JobSpec spec = parse(canonical);
    requireSandbox(spec);
    if (!spec.image().baseLayer().equals(source.baseLayer())) {
      throw new Unfit(
          ResultStatus.JOB_DESCRIPTION_ERROR,
          "the job stands on base layer %s, its offer says %s"
              .formatted(spec.image().baseLayer().toHex(), source.baseLayer().toHex()));
    }
    requireLevel(spec);
    return spec;
  }

  private byte[] readSpec() throws Unfit {
    try {
      return directory.read(source.jobCreator(), source.jobDigest(), JobSpec.MAXIMUM_SIZE);
    } catch (ObjectNotFound | ObjectCorrupt e) {
      throw notFound("job spec", e);
    }
  }

  /** In another sandbox the job could come to something else, and an honest party be fined. */
  private static void requireSandbox(JobSpec spec) throws Unfit {
    if (!spec.sandbox().equals(Profile.current())) {
      throw new Unfit(
          ResultStatus.DECLINED,
          "the job is for sandbox profile %s, this machine has %s"
              .formatted(spec.sandbox(), Profile.current()));
    }
  }

  /**
   * On a CPU without the job's level it could end in another way, and an honest party be fined. A
   * match is made by the level that the offer says, so the job must not be for another one.
   */
  private void requireLevel(JobSpec spec) throws Unfit {
    Optional<CpuLevel> offered = source.architecture().cpuLevel();
    if (offered.isPresent() && offered.get() != spec.cpuLevel()) {
      throw new Unfit(
          ResultStatus.JOB_DESCRIPTION_ERROR,
          "the job is for CPUs of %s, its offer says %s".formatted(spec.cpuLevel(), offered.get()));
    }
    if (machine.isPresent() && machine.get().compareTo(spec.cpuLevel()) < 0) {
      throw new Unfit(
          ResultStatus.DECLINED,
          "the job is for CPUs of %s, this machine's are %s"
              .formatted(spec.cpuLevel(), machine.get()));
    }
  }

  private static JobSpec parse(byte[] canonical) throws Unfit {
    try {
      return JobSpec.parse(canonical);
    } catch (IllegalArgumentException e) {
      throw new Unfit(ResultStatus.JOB_DESCRIPTION_ERROR, e.getMessage());
    }
  }

  private Optional<Manifest> fetchInputManifest(JobSpec spec) throws Unfit {
    if (spec.input().isEmpty()) {
      return Optional.empty();
    }
    Digest digest = spec.input().get();
    Manifest manifest;
    try {
      manifest = new FolderTransfer(directory).readManifest(source.jobCreator(), digest);
    } catch (ObjectNotFound | ObjectCorrupt e) {
      throw notFound("input", e);
    }
    traffic = traffic.plus(digest.size());
    requireStorage(manifest);
    return Optional.of(manifest);
  }

  /** A manifest may list one file many times: it crosses the network once and fills a disk. */
  private void requireStorage(Manifest input) throws Unfit {
    long room = Math.max(source.limits().storage(), source.limits().bandwidth());
    long size =
        input.entries().stream()
            .mapToLong(e -> e.content().map(Digest::size).orElse(0L))
            .reduce(0, Traffic::saturatingSum);
    if (size > room) {
      throw new Unfit(
          ResultStatus.STORAGE_EXCEEDED,
          "the input has %d bytes, the job's limits allow %d".formatted(size, room));
    }
  }

  private void fetchImage(ImageReference image) throws Unfit {
    fetchArchive(image);
    traffic = traffic.withImage(image.archive().size(), true);
    if (!executor.hasImage(image.id())) {
      load(image);
    }
  }

  private void load(ImageReference image) throws Unfit {
    fetchArchive(image);
    try {
      executor.loadImage(image, folder.imageArchive());
    } catch (BadImage e) {
      throw new Unfit(ResultStatus.JOB_DESCRIPTION_ERROR, e.getMessage());
    }
  }

  private void fetchArchive(ImageReference image) throws Unfit {
    if (hasArchive()) {
      return;
    }
    try {
      directory.fetch(
          source.jobCreator(), image.archive(), folder.imageArchive(), TransferProgress.NONE);
    } catch (ObjectNotFound | ObjectCorrupt e) {
      throw notFound("image", e);
    } catch (UncheckedIOException e) {
      throw new EngineUnavailable(
          "this machine cannot hold the image of match " + source.match() + "; look at its disk",
          e);
    }
  }

  private boolean hasArchive() {
    return Files.exists(folder.imageArchive());
  }

  private void fetchInput(Digest digest, Manifest manifest) throws Unfit {
    if (!Files.exists(folder.input())) {
      try {
        new FolderTransfer(directory)
            .fetch(
                source.jobCreator(), digest, folder.input(), Long.MAX_VALUE, TransferProgress.NONE);
      } catch (ObjectNotFound | ObjectCorrupt e) {
        throw notFound("input", e);
      } catch (InvalidPathException | UncheckedIOException e) {
        throw new EngineUnavailable(
            "this machine cannot hold the input of match "
                + source.match()
                + "; look at its disk, and that its locale is UTF-8: "
                + e.getMessage(),
            e);
      }
    }
    traffic = traffic.plus(Traffic.distinctContent(manifest));
  }

  private long countedImage(JobSpec spec, boolean fetchesImage) {
    boolean counts =
        switch (imageTraffic) {
          case IF_FETCHED -> fetchesImage;
          case NEVER -> false;
          case ALWAYS -> true;
        };
    return counts ? spec.image().archive().size() : 0;
  }

  private void requireWithin(long more) throws Unfit {
    long total = Traffic.saturatingSum(traffic.others(), more);
    if (total > source.limits().bandwidth()) {
      throw new Unfit(
          ResultStatus.BANDWIDTH_EXCEEDED,
          "downloading the job takes %d bytes, its limit is %d"
              .formatted(total, source.limits().bandwidth()));
    }
  }

  private static Unfit notFound(String what, Exception e) {
    return new Unfit(
        ResultStatus.JOB_NOT_FOUND, "the job's " + what + " is not there: " + e.getMessage());
  }
}
