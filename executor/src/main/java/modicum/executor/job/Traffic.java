package modicum.executor.job;

import modicum.directory.encryption.EncryptedFolder;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.job.JobSpec;

/**
 * How many bytes bringing a job here takes.
 *
 * @param others bytes of job spec and input: everyone has to move them
 * @param image bytes of the image's configuration and layers: who has some of them need not move
 *     those
 * @param imageMoved how many of these were moved this time
 * @param kept how many of the input's bytes were here from an earlier job
 */
public record Traffic(long others, long image, long imageMoved, long kept) {
  public static final Traffic NONE = new Traffic(0, 0, 0);

  public Traffic {
    if (others < 0 || imageMoved < 0 || image < imageMoved || kept < 0 || others < kept) {
      throw new IllegalArgumentException(
          "bytes are not negative, and no more are moved than there are");
    }
  }

  public Traffic(long others, long image, long imageMoved) {
    this(others, image, imageMoved, 0);
  }

  /** What was moved, and so is billed, bytes. */
  public long moved() {
    return counted() - kept;
  }

  /**
   * What counts against the job's bandwidth limit, bytes. Not less for an input that is kept here:
   * whether a job is within its limit must come out the same for who has to fetch it.
   */
  public long counted() {
    return saturatingSum(others, imageMoved);
  }

  /** What it takes where the engine has nothing of the image, bytes. */
  public long whole() {
    return saturatingSum(others, image);
  }

  /** What it takes to put a plain output into a directory: each distinct file, and the manifest. */
  public static long ofUpload(Manifest output) {
    return saturatingSum(output.canonical().length, distinctContent(output));
  }

  /** What it takes to put a job's output into a directory, encrypted where the job wants that. */
  public static long ofUpload(JobSpec spec, Manifest output) {
    return spec.recipient().isPresent() ? EncryptedFolder.uploadSize(output) : ofUpload(output);
  }

  /** Sizes in other people's manifests may add up to more than a long holds. */
  public static long saturatingSum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  /** The bytes of a folder's files, those with equal content counted once. */
  static long distinctContent(Manifest manifest) {
    return manifest.contents().stream().mapToLong(Digest::size).reduce(0, Traffic::saturatingSum);
  }

  Traffic plus(long bytes) {
    return new Traffic(saturatingSum(others, bytes), image, imageMoved, kept);
  }

  Traffic withImage(long bytes, long moved) {
    return new Traffic(others, bytes, moved, kept);
  }

  /** With an input of which some bytes were here already. */
  Traffic withInput(long bytes, long keptOfIt) {
    return new Traffic(saturatingSum(others, bytes), image, imageMoved, keptOfIt);
  }
}
