package modicum.executor.job;

import static modicum.protocol.encoding.Text.decode;
import static modicum.protocol.encoding.Text.encode;

import java.nio.file.Path;
import java.util.Optional;
import modicum.directory.image.ImageLayout;
import modicum.protocol.content.Sha256;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.result.ResultStatus;

/**
 * What is here of one match's job. What bringing it here came to is noted last, in one small file,
 * so that an agent that was killed goes on from it and bills the same.
 */
final class WorkFolder {
  private final Path folder;

  private WorkFolder(Path folder) {
    this.folder = folder;
  }

  /** A job sees the paths of its mounts; a hash tells it nothing. */
  static WorkFolder of(Path all, MatchId match) {
    return new WorkFolder(all.resolve(Sha256.ofUtf8("job of " + match.toHex()).sha256().toHex()));
  }

  static WorkFolder at(Path folder) {
    return new WorkFolder(folder);
  }

  void create(MatchId match) {
    name().write(match.toHex());
  }

  /** The match that this is of; empty where an agent was killed while making or removing it. */
  Optional<MatchId> match() {
    return name().readText().map(MatchId::fromHex);
  }

  AtomicFile spec() {
    return new AtomicFile(folder.resolve("spec"));
  }

  Path input() {
    return folder.resolve("input");
  }

  /**
   * Kept until everything is noted: that a blob is here says that it was fetched for this match.
   */
  ImageLayout image() {
    return new ImageLayout(folder.resolve("image"));
  }

  /** An encrypted input's files as they are stored. Kept until everything is noted. */
  Path storedInput() {
    return folder.resolve("stored-input");
  }

  /** What everything was noted of is no longer needed as it was stored. */
  void deleteStored() {
    deleteImage();
    FileTree.delete(storedInput());
  }

  void deleteImage() {
    FileTree.delete(folder.resolve("image"));
  }

  /** What is remembered of an encrypted output, so that it is encrypted once. */
  Path encryptedOutput() {
    return folder.resolve("encrypted-output");
  }

  Path comparison(int number) {
    return folder.resolve("comparison-" + number);
  }

  void note(Preparation preparation) {
    Traffic traffic = preparation.traffic();
    String ended =
        switch (preparation) {
          case Preparation.Ready ready -> "ready " + traffic.kept();
          case Preparation.Failed failed ->
              failed.status().name() + " " + encode(failed.explanation());
        };
    notes()
        .write(traffic.others() + " " + traffic.image() + " " + traffic.imageMoved() + " " + ended);
  }

  Optional<Preparation> noted() {
    return notes().readText().map(this::parse);
  }

  private Preparation parse(String note) {
    String[] f = note.split(" ", -1);
    Traffic traffic = new Traffic(Long.parseLong(f[0]), Long.parseLong(f[1]), Long.parseLong(f[2]));
    if (f[3].equals("ready")) {
      traffic =
          new Traffic(
              traffic.others(), traffic.image(), traffic.imageMoved(), Long.parseLong(f[4]));
    } else {
      return new Preparation.Failed(ResultStatus.valueOf(f[3]), decode(f[4]), traffic);
    }
    JobSpec spec = JobSpec.parse(spec().read().orElseThrow());
    return new Preparation.Ready(spec, spec.input().map(i -> input()), traffic);
  }

  void delete() {
    notes().delete();
    FileTree.delete(folder);
  }

  /**
   * How much of the input was here before it was fetched, written then: later, all of it is here.
   */
  AtomicFile kept() {
    return new AtomicFile(folder.resolve("kept"));
  }

  private AtomicFile name() {
    return new AtomicFile(folder.resolve("match"));
  }

  private AtomicFile notes() {
    return new AtomicFile(folder.resolve("prepared"));
  }
}
