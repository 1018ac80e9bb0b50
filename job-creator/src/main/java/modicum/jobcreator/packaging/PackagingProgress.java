package modicum.jobcreator.packaging;

/** Told how far the packaging of a job is; for people. */
@FunctionalInterface
public interface PackagingProgress {
  PackagingProgress NONE = (phase, done, total) -> {};

  enum Phase {
    REGISTERING("registering with the market"),
    EXPORTING_IMAGE("exporting the image"),
    UPLOADING_IMAGE("uploading the image"),
    UPLOADING_INPUT("uploading the input"),
    UPLOADING_JOB("uploading the job");

    private final String words;

    Phase(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * @param done bytes so far
   * @param total bytes in all; 0 where that is not known
   */
  void at(Phase phase, long done, long total);
}
