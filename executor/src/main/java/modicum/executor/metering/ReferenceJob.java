package modicum.executor.metering;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import modicum.directory.image.ImageLayout;
import modicum.executor.BadImage;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.image.ProgramImage;
import modicum.executor.job.FileTree;
import modicum.executor.sandbox.Profile;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;

/**
 * A job of which it is known how many machine instructions it takes, so that a machine's speed can
 * be told without a counter of them. Its source is {@code executor/src/main/reference}; its image
 * is made here, of that one program.
 */
public final class ReferenceJob {
  /** Machine instructions of one round, as the source counts them. */
  public static final long INSTRUCTIONS_PER_ROUND = 25;

  /** What the market calls one instruction, in machine instructions. */
  public static final long MACHINE_INSTRUCTIONS = 1_000_000;

  /** Where the job writes what it comes to. */
  public static final String SUM = "sum";

  /** What all its data fits into, bytes. */
  public static final long MEMORY = 64L << 20;

  private static final String PROGRAM = "reference";

  private final ImageReference image;

  private ReferenceJob(ImageReference image) {
    this.image = image;
  }

  /**
   * Makes the image, and gives it to the engine unless it has it.
   *
   * @param scratch folder for the image's layout
   * @throws EngineUnavailable the engine does not answer or take it, or this build has no such
   *     program, as on other machines than amd64
   */
  public static ReferenceJob on(Executor executor, Path scratch) {
    try {
      Files.createDirectories(scratch);
      Path program = scratch.resolve(PROGRAM);
      Files.write(program, program());
      Path layout = scratch.resolve("image");
      ImageReference image =
          ProgramImage.write(
              program,
              List.of(),
              List.of(PROGRAM, "1"),
              Architecture.AMD64,
              new ImageLayout(layout));
      if (!executor.hasImage(image.id())) {
        executor.loadImage(image, layout);
      }
      FileTree.delete(layout);
      Files.delete(program);
      return new ReferenceJob(image);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the reference job's image in " + scratch, e);
    } catch (BadImage e) {
      throw new EngineUnavailable(e.getMessage(), e);
    }
  }

  private static byte[] program() throws IOException {
    try (InputStream in = ReferenceJob.class.getResourceAsStream(PROGRAM)) {
      if (in == null) {
        throw new EngineUnavailable(
            "this build has no reference job for its machine; it is for amd64 machines only, and"
                + " the build needs gcc",
            null);
      }
      return in.readAllBytes();
    }
  }

  /**
   * The job at a size.
   *
   * @param rounds 1 or more
   */
  public JobSpec spec(long rounds) {
    return new JobSpec(
        image,
        List.of("/bin/" + PROGRAM, Long.toString(rounds)),
        new TreeMap<>(),
        Optional.empty(),
        JobSpec.DEFAULT_OUTPUT_FOLDER,
        1,
        CpuLevel.X86_64_V1,
        Equality.EXACT,
        Profile.current());
  }

  /** Machine instructions of a size, without those for starting it. */
  public static long machineInstructions(long rounds) {
    return Math.multiplyExact(rounds, INSTRUCTIONS_PER_ROUND);
  }

  /** What an output says that the job came to; empty where it is not the output of one. */
  public static Optional<Digest> sum(Manifest output) {
    return output.entries().stream()
        .filter(entry -> entry.path().equals(SUM))
        .flatMap(entry -> entry.content().stream())
        .findFirst();
  }

  /** What it comes to at a size, calculated here. */
  public static Digest expected(long rounds) {
    return Sha256.of(new ReferenceSum().of(rounds));
  }
}
