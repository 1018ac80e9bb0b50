package modicum.executor.job;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.ObjectUnopenable;
import modicum.directory.TransferProgress;
import modicum.directory.encryption.AgeKey;
import modicum.directory.encryption.EncryptedFolder;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.image.ImageManifest;
import modicum.directory.image.ImageTransfer;
import modicum.executor.BadImage;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.sandbox.Profile;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.AgeRecipient;
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
  private final KeptInputs kept;
  private final JobKeys keys;
  private Traffic traffic = Traffic.NONE;

  JobFetch(
      Executor executor,
      Optional<CpuLevel> machine,
      Directory directory,
      JobSource source,
      WorkFolder folder,
      ImageTraffic imageTraffic,
      KeptInputs kept,
      JobKeys keys) {
    this.executor = executor;
    this.machine = machine;
    this.directory = directory;
    this.source = source;
    this.folder = folder;
    this.imageTraffic = imageTraffic;
    this.kept = kept;
    this.keys = keys;
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
      folder.deleteStored();
      return ready;
    } catch (Unfit e) {
      Preparation.Failed failed = new Preparation.Failed(e.status, e.getMessage(), traffic);
      if (e.status != ResultStatus.JOB_NOT_FOUND) {
        // A job that is not found may yet appear: the directory may not know of the match yet.
        folder.note(failed);
        folder.deleteStored();
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
      folder.deleteImage();
    }
  }

  Optional<String> loadComparator(ImageReference image) {
    try {
      loadUnlessHere(image, fetchImageManifest(image));
      return Optional.empty();
    } catch (Unfit e) {
      return Optional.of(e.getMessage());
    } finally {
      folder.deleteImage();
    }
  }

  private Preparation.Ready fetchAll() throws Unfit {
    JobSpec spec = fetchSpec();
    Optional<AgeKey> key = findKey(spec);
    // The manifests are looked at first, with or without the image here, so that everyone who
    // refuses a job as too large has moved the same bytes for it.
    requireWithin(spec.image().manifest().size());
    ImageManifest image = fetchImageManifest(spec.image());
    traffic = traffic.plus(spec.image().manifest().size());
    requireWithin(spec.input().map(Digest::size).orElse(0L));
    Optional<Manifest> input = fetchInputManifest(spec);
    List<Digest> blobs = blobsToFetch(image);
    requireWithin(
        Traffic.saturatingSum(
            countedImage(image, blobs), input.map(Traffic::distinctContent).orElse(0L)));
    fetchBlobs(blobs);
    traffic = traffic.withImage(image.size(), sizeOf(blobs));
    loadUnlessHere(spec.image(), image);
    if (input.isPresent()) {
      fetchInput(spec.input().orElseThrow(), input.get(), key);
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

  /**
   * Rationale: it is wanted without an input, too, so that a provider can show it to the mediator,
   * who needs it to see the output.
   */
  private Optional<AgeKey> findKey(JobSpec spec) throws Unfit {
    Optional<AgeRecipient> recipient = spec.recipient();
    if (recipient.isPresent() && !EncryptedFolder.isUsable(recipient.get())) {
      throw new Unfit(
          ResultStatus.JOB_DESCRIPTION_ERROR,
          "nothing can be encrypted to the job's recipient " + recipient.get());
    }
    if (recipient.isEmpty()) {
      return Optional.empty();
    }
    Optional<AgeKey> key =
        keys.find(directory, source, recipient.get())
            .filter(found -> found.recipient().equals(recipient.get()));
    if (key.isEmpty()) {
      throw new Unfit(
          ResultStatus.JOB_NOT_FOUND, "the job is encrypted, and its key was not handed over yet");
    }
    return key;
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

  private ImageManifest fetchImageManifest(ImageReference image) throws Unfit {
    if (image.manifest().size() > ImageManifest.MAXIMUM_SIZE) {
      throw new Unfit(
          ResultStatus.JOB_DESCRIPTION_ERROR, "the image's manifest is larger than any may be");
    }
    ImageManifest manifest = imageManifestHere(image);
    if (!manifest.config().sha256().equals(image.id())) {
      throw new Unfit(
          ResultStatus.JOB_DESCRIPTION_ERROR,
          "the manifest holds image %s, the job names %s"
              .formatted(manifest.config().sha256().toHex(), image.id().toHex()));
    }
    // Whether an engine has the image already must make no difference to who looks at the job.
    if (!manifest.diffIds().getFirst().equals(image.baseLayer())) {
      throw new Unfit(
          ResultStatus.JOB_DESCRIPTION_ERROR,
          "the image stands on base layer %s, the job names %s"
              .formatted(manifest.diffIds().getFirst().toHex(), image.baseLayer().toHex()));
    }
    return manifest;
  }

  private ImageManifest imageManifestHere(ImageReference image) throws Unfit {
    try {
      if (!folder.image().has(image.manifest())) {
        folder
            .image()
            .write(
                directory.read(
                    source.jobCreator(), image.manifest().sha256(), (int) image.manifest().size()));
      }
      return folder
          .image()
          .manifest(image.manifest())
          .orElseThrow(() -> new IllegalArgumentException("the image's manifest has another size"));
    } catch (ObjectNotFound | ObjectCorrupt e) {
      throw notFound("image", e);
    } catch (IllegalArgumentException e) {
      throw new Unfit(ResultStatus.JOB_DESCRIPTION_ERROR, e.getMessage());
    } catch (UncheckedIOException e) {
      throw noRoom("image", e);
    }
  }

  /** What the engine lacks; and what was fetched for this match before a kill: it is billed. */
  private List<Digest> blobsToFetch(ImageManifest image) {
    boolean isHere = executor.hasImage(image.config().sha256());
    Set<Bytes32> wanted = new HashSet<>();
    if (!isHere) {
      wanted.add(image.config().sha256());
      wanted.addAll(executor.missingLayers(image.diffIds()));
    }
    return image.blobs().stream()
        .filter(blob -> wanted.contains(blob.sha256()) || folder.image().has(blob))
        .toList();
  }

  private void fetchBlobs(List<Digest> blobs) throws Unfit {
    ImageTransfer transfer = new ImageTransfer(directory);
    for (Digest blob : blobs) {
      try {
        transfer.fetch(source.jobCreator(), blob, folder.image(), TransferProgress.NONE);
      } catch (ObjectNotFound | ObjectCorrupt e) {
        throw notFound("image", e);
      } catch (UncheckedIOException e) {
        throw noRoom("image", e);
      }
    }
  }

  /** An image that is here was given by somebody; its manifest may yet list other layers. */
  private void loadUnlessHere(ImageReference image, ImageManifest manifest) throws Unfit {
    Optional<List<Bytes32>> here = executor.layersOf(image.id());
    if (here.isEmpty()) {
      load(image);
      return;
    }
    if (!here.get().equals(manifest.diffIds())) {
      throw new Unfit(
          ResultStatus.JOB_DESCRIPTION_ERROR,
          "the image's manifest has other layers than its configuration; pack the image with"
              + " `modicum` itself");
    }
  }

  /** Gives the engine an image, of which it may have parts already. */
  private void load(ImageReference image) throws Unfit {
    fetchBlobs(blobsToFetch(fetchImageManifest(image)));
    try {
      executor.loadImage(image, folder.image().folder());
    } catch (BadImage e) {
      throw new Unfit(ResultStatus.JOB_DESCRIPTION_ERROR, e.getMessage());
    }
  }

  private static long sizeOf(List<Digest> blobs) {
    return blobs.stream().mapToLong(Digest::size).sum();
  }

  /**
   * @param manifest of the input as it is stored
   * @param key of an encrypted one
   */
  private void fetchInput(Digest digest, Manifest manifest, Optional<AgeKey> key) throws Unfit {
    long keptHere = folder.kept().readText().map(Long::parseLong).orElseGet(() -> look(manifest));
    if (!Files.exists(folder.input())) {
      try {
        if (key.isPresent()) {
          fetchEncrypted(digest, key.get());
        } else {
          new FolderTransfer(kept.over(directory))
              .fetch(
                  source.jobCreator(),
                  digest,
                  folder.input(),
                  Long.MAX_VALUE,
                  TransferProgress.NONE);
        }
      } catch (ObjectUnopenable e) {
        throw new Unfit(
            ResultStatus.JOB_DESCRIPTION_ERROR, "the job's encrypted input: " + e.getMessage());
      } catch (ObjectNotFound | ObjectCorrupt e) {
        throw notFound("input", e);
      } catch (InvalidPathException | UncheckedIOException e) {
        throw noRoom("input", e);
      }
    }
    keepInput(manifest, key.isPresent());
    traffic = traffic.withInput(Traffic.distinctContent(manifest), keptHere);
  }

  private void fetchEncrypted(Digest digest, AgeKey key)
      throws Unfit, ObjectNotFound, ObjectCorrupt {
    EncryptedFolder input =
        EncryptedFolder.open(kept.over(directory), source.jobCreator(), digest, key);
    requireStorage(input.plain());
    input.fetch(folder.input(), folder.storedInput(), Long.MAX_VALUE, TransferProgress.NONE);
  }

  /** Also where an earlier fetch was killed before it could: the next job is billed the same. */
  private void keepInput(Manifest input, boolean encrypted) {
    for (ManifestEntry entry : input.entries()) {
      if (entry.content().isEmpty()) {
        continue;
      }
      Digest file = entry.content().get();
      Path here =
          encrypted
              ? EncryptedFolder.storedAt(folder.storedInput(), file)
              : folder.input().resolve(entry.path());
      // An index is of one job alone, and stays nowhere.
      if (!encrypted || Files.exists(here)) {
        kept.keep(source.jobCreator(), file, here);
      }
    }
  }

  private long look(Manifest input) {
    long here = kept.sizeOf(source.jobCreator(), input.contents());
    folder.kept().write(Long.toString(here));
    return here;
  }

  private long countedImage(ImageManifest image, List<Digest> fetched) {
    return switch (imageTraffic) {
      case IF_FETCHED -> sizeOf(fetched);
      case NEVER -> 0;
      case ALWAYS -> image.size();
    };
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

  /** This machine's trouble, and not the job's. */
  private EngineUnavailable noRoom(String what, RuntimeException e) {
    return new EngineUnavailable(
        "this machine cannot hold the %s of match %s; look at its disk, and that its locale is UTF-8: %s"
            .formatted(what, source.match(), e.getMessage()),
        e);
  }

  private static Unfit notFound(String what, Exception e) {
    return new Unfit(
        ResultStatus.JOB_NOT_FOUND, "the job's " + what + " is not there: " + e.getMessage());
  }
}
