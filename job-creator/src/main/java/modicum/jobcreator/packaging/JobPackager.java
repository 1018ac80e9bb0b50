package modicum.jobcreator.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.TransferProgress;
import modicum.directory.encryption.AgeKey;
import modicum.directory.encryption.EncryptedUpload;
import modicum.directory.folder.FolderScan;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.folder.JobTransfer;
import modicum.directory.image.ImageTransfer;
import modicum.executor.ImageCatalog;
import modicum.executor.LocalImage;
import modicum.executor.UnknownImage;
import modicum.executor.sandbox.Profile;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.packaging.PackagingProgress.Phase;
import modicum.jobcreator.record.JobRecords;
import modicum.jobcreator.result.FileTree;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;

/**
 * Makes a job that a stranger can run: finds the image, and puts image, input and job spec into a
 * directory. What the directory has already is not uploaded again.
 */
public final class JobPackager {
  private final JobRecords records;
  private final ImageCatalog catalog;
  private final ExportedImages exported;

  public JobPackager(JobRecords records, ImageCatalog catalog) {
    this.records = records;
    this.catalog = catalog;
    this.exported = new ExportedImages(records, catalog);
  }

  /**
   * @throws IllegalArgumentException the image is not known, the job's description is wrong or its
   *     input cannot be moved; one line for people
   */
  public PackagedJob pack(JobRequest request, Directory directory, PackagingProgress progress) {
    LocalImage image = find(request.image());
    Architecture architecture = architecture(request, image);
    Optional<ImageReference> checker = checker(request, progress);
    ImageReference uploaded = upload(image, directory, progress);
    Equality equality =
        request
            .comparator()
            .<Equality>map(c -> new Equality.Comparator(upload(find(c), directory, progress)))
            .orElse(Equality.EXACT);
    // Of each job a new one: with the key of one job no other can be read.
    Optional<AgeKey> key = request.encrypt() ? Optional.of(AgeKey.fresh()) : Optional.empty();
    Optional<Digest> input = request.input().map(i -> uploadInput(i, key, directory, progress));
    JobSpec plain =
        new JobSpec(
            uploaded,
            request.command(),
            request.environment(),
            input,
            request.collect(),
            request.cpus(),
            request.cpuLevel(),
            equality,
            Profile.current());
    JobSpec spec = key.map(k -> plain.encryptedTo(k.recipient())).orElse(plain);
    uploadSpec(spec, directory, progress);
    return new PackagedJob(spec, architecture, key, checker);
  }

  /**
   * What a machine has to be for a job: of the image's instruction set, and of the job's CPU level.
   *
   * @throws IllegalArgumentException the job asks for another than the image's; one line for people
   */
  public static Architecture architecture(JobRequest request, LocalImage image) {
    Architecture set = request.architecture().orElse(image.architecture());
    if (!set.equals(image.architecture())) {
      throw new IllegalArgumentException(
          "image %s is for %s, the job asks for %s; leave arch out or build the image for it"
              .formatted(request.image(), image.architecture(), set));
    }
    return set.at(request.cpuLevel());
  }

  private Optional<ImageReference> checker(JobRequest request, PackagingProgress progress) {
    if (!(request.verify() instanceof VerificationPolicy.Checker checker)) {
      return Optional.empty();
    }
    LocalImage image = find(checker.image());
    return Optional.of(image.reference(export(image, progress)));
  }

  /**
   * Finds an image on this machine.
   *
   * @throws IllegalArgumentException it is not known; the message says what to do
   */
  public LocalImage find(String name) {
    try {
      return catalog.find(name);
    } catch (UnknownImage e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private Digest export(LocalImage image, PackagingProgress progress) {
    return exported.export(
        image, written -> progress.at(Phase.EXPORTING_IMAGE, written, image.size()));
  }

  private ImageReference upload(LocalImage image, Directory directory, PackagingProgress progress) {
    Digest manifest = export(image, progress);
    new ImageTransfer(directory)
        .put(exported.layout(), manifest, told(progress, Phase.UPLOADING_IMAGE));
    return image.reference(manifest);
  }

  private Digest uploadInput(
      Path input, Optional<AgeKey> key, Directory directory, PackagingProgress progress) {
    if (Files.isDirectory(input)) {
      return uploadFolder(input, key, directory, progress);
    }
    Path folder = folderOf(input);
    try {
      return uploadFolder(folder, key, directory, progress);
    } finally {
      FileTree.delete(folder);
    }
  }

  private Digest uploadFolder(
      Path folder, Optional<AgeKey> key, Directory directory, PackagingProgress progress) {
    TransferProgress told = told(progress, Phase.UPLOADING_INPUT);
    if (key.isEmpty()) {
      return new FolderTransfer(directory).put(folder, told).manifest();
    }
    return new EncryptedUpload(directory, records.encryptedFolder())
        .put(FolderScan.scan(folder), folder, key.get().recipient(), told)
        .manifest();
  }

  /** A single file is the only one of a folder made for it. */
  private Path folderOf(Path file) {
    try {
      Files.createDirectories(records.workFolder());
      Path folder = Files.createTempDirectory(records.workFolder(), "input-");
      Files.copy(
          file,
          folder.resolve(file.getFileName()),
          LinkOption.NOFOLLOW_LINKS,
          StandardCopyOption.COPY_ATTRIBUTES);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the input " + file, e);
    }
  }

  private static void uploadSpec(JobSpec spec, Directory directory, PackagingProgress progress) {
    if (spec.canonical().length > JobSpec.MAXIMUM_SIZE) {
      throw new IllegalArgumentException(
          "the job's command and environment are too long; put them into an input file");
    }
    progress.at(Phase.UPLOADING_JOB, 0, 0);
    JobTransfer.putSpec(directory, spec);
  }

  private static TransferProgress told(PackagingProgress progress, Phase phase) {
    return (moved, total) -> progress.at(phase, moved, total);
  }
}
