package modicum.marketplace.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import modicum.directory.Directory;
import modicum.directory.TransferProgress;
import modicum.directory.folder.FolderScan;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.folder.JobTransfer;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageTransfer;
import modicum.directory.s3.PlainTransfer;
import modicum.directory.s3.S3Directory;
import modicum.directory.s3.S3Line;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.s3.S3Settings;
import modicum.directory.transfer.Retry;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerImageCatalog;
import modicum.executor.docker.DockerOptions;
import modicum.executor.image.LayeredImage;
import modicum.executor.job.ImageTraffic;
import modicum.executor.job.JobRunner;
import modicum.executor.job.JobSource;
import modicum.executor.job.Preparation;
import modicum.executor.sandbox.Profile;
import modicum.marketplace.bench.MoveProcess.Load;
import modicum.marketplace.bench.MoveProcess.Measured;
import modicum.marketplace.bench.MoveProcess.Move;
import modicum.marketplace.bench.TransferReport.Rates;
import modicum.marketplace.bench.TransferReport.SecondJob;
import modicum.marketplace.bench.TransferReport.Sweep;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;

/**
 * Measures what moving jobs takes: against an S3 server and the container engine of this machine.
 */
public final class TransferBench {
  private static final int MIB = 1 << 20;
  private static final long BASE_LAYER = 64L * MIB;
  private static final long OWN_LAYER = 8L * MIB;
  private static final long SHARED_INPUT = 32L * MIB;
  private static final int SWEEP = 64;
  private static final Limits LIMITS = new Limits(1000, MIB, 1L << 40, 1L << 40);
  private static final String PLAIN_KEY = "plain";
  private static final long WARM_UP = 256L * MIB;

  private final S3Settings s3;
  private final Path folder;
  private final long inputSize;
  private final int rounds;
  private final Consumer<String> progress;
  private Digest uploadedWarmUp = Sha256.ofUtf8("none yet");
  private int warmUps;

  /**
   * @param folder an empty one, with room for the input three times
   * @param inputSize bytes of the large input
   * @param rounds how often each way is measured; the median counts
   */
  public TransferBench(
      S3Settings s3, Path folder, long inputSize, int rounds, Consumer<String> progress) {
    this.s3 = s3;
    this.folder = folder;
    this.inputSize = inputSize;
    this.rounds = rounds;
    this.progress = progress;
  }

  public TransferReport run(String server) throws IOException {
    try (S3Line line = new S3Line(s3);
        S3ObjectStore store = new S3ObjectStore(line.settings(), Retry.DEFAULT)) {
      store.prepare();
      Directory directory = new S3Directory(store, MoveProcess.DIRECTORY, MoveProcess.PARTY);
      SecondJob secondJob = secondJob(line, directory);
      Sweep sweep = sweep(line, directory);
      Rates[] rates = rates();
      return new TransferReport(server, secondJob, rates[0], rates[1], sweep);
    }
  }

  // ------------------------------------------------------------- second job

  private SecondJob secondJob(S3Line line, Directory directory) throws IOException {
    progress.accept("two jobs on one base image");
    ImageLayout layout = new ImageLayout(folder.resolve("images"));
    Path base = random("base", BASE_LAYER);
    ImageReference first = image(layout, base, random("first", OWN_LAYER));
    ImageReference second = image(layout, base, random("second", OWN_LAYER));
    ImageTransfer transfer = new ImageTransfer(directory);
    transfer.put(layout, first.manifest(), TransferProgress.NONE);
    JobSpec firstJob = put(directory, first);
    line.take();
    transfer.put(layout, second.manifest(), TransferProgress.NONE);
    JobSpec secondJob = put(directory, second);
    long uploaded = line.take();
    long ownLayers = layout.manifest(second.manifest()).orElseThrow().layers().getLast().size();
    try (DockerExecutor executor =
        new DockerExecutor(Optional.empty(), folder.resolve("engine"), DockerOptions.DEFAULT)) {
      JobRunner provider = new JobRunner(executor, folder.resolve("provider"));
      prepare(provider, directory, firstJob);
      line.take();
      prepare(provider, directory, secondJob);
      return new SecondJob(uploaded, line.take(), ownLayers);
    } finally {
      removeFromEngine(first, second);
    }
  }

  private static ImageReference image(ImageLayout layout, Path... layers) throws IOException {
    return LayeredImage.write(
        List.of(layers), Architecture.fromName(System.getProperty("os.arch")), layout);
  }

  private static JobSpec put(Directory directory, ImageReference image) {
    JobSpec spec =
        new JobSpec(
            image,
            List.of("/none"),
            new TreeMap<>(),
            Optional.empty(),
            JobSpec.DEFAULT_OUTPUT_FOLDER,
            1,
            CpuLevel.DEFAULT,
            Equality.EXACT,
            Profile.current());
    JobTransfer.putSpec(directory, spec);
    return spec;
  }

  private static void prepare(JobRunner provider, Directory directory, JobSpec spec) {
    Digest job = spec.digest();
    JobSource source =
        new JobSource(
            new MatchId(job.sha256()),
            MoveProcess.PARTY,
            job.sha256(),
            spec.image().baseLayer(),
            Architecture.fromName(System.getProperty("os.arch")),
            LIMITS);
    Preparation prepared = provider.prepare(directory, source, ImageTraffic.IF_FETCHED);
    if (prepared instanceof Preparation.Failed failed) {
      throw new IllegalStateException("the job could not be prepared: " + failed.explanation());
    }
  }

  private static void removeFromEngine(ImageReference... images) throws IOException {
    try (DockerImageCatalog catalog = new DockerImageCatalog(Optional.empty(), Duration.ZERO)) {
      for (ImageReference image : images) {
        catalog.remove(image.id());
      }
    }
  }

  // ------------------------------------------------------------------ sweep

  private Sweep sweep(S3Line line, Directory directory) throws IOException {
    progress.accept("a sweep of " + SWEEP + " inputs that share one file");
    Path shared = random("shared", SHARED_INPUT);
    FolderTransfer transfer = new FolderTransfer(directory);
    long unique = SHARED_INPUT;
    line.take();
    for (int i = 0; i < SWEEP; i++) {
      Path input = Files.createDirectories(folder.resolve("sweep-" + i));
      Files.createLink(input.resolve("shared"), shared);
      byte[] parameter =
          ("parameter " + i + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
      Files.write(input.resolve("parameter"), parameter);
      unique += parameter.length + transfer.put(input, TransferProgress.NONE).manifest().size();
    }
    return new Sweep(SWEEP, line.take(), unique);
  }

  // ------------------------------------------------------------------ rates

  private Rates[] rates() throws IOException {
    Path input = Files.createDirectories(folder.resolve("input"));
    Path file = Files.move(random("large", inputSize), input.resolve("large"));
    Manifest manifest = FolderScan.scan(input);
    String key = MoveProcess.PARTY + "/objects/" + Sha256.of(file).sha256().toHex();
    double[][] seconds = new double[Move.values().length][rounds];
    long[] heap = new long[Move.values().length];
    try (PlainTransfer cleaner = new PlainTransfer(s3)) {
      for (int round = 0; round < rounds; round++) {
        progress.accept(
            "an input of %d MiB, round %d of %d".formatted(inputSize / MIB, round + 1, rounds));
        for (Move move : inTurn(round)) {
          Measured measured = measure(move, manifest.digest(), file, key);
          seconds[move.ordinal()][round] = measured.seconds();
          heap[move.ordinal()] = Math.max(heap[move.ordinal()], measured.heap());
        }
        cleaner.remove(key);
        cleaner.remove(PLAIN_KEY);
      }
    }
    return new Rates[] {
      rates(seconds, heap, Move.UPLOAD, Move.PLAIN_UPLOAD),
      rates(seconds, heap, Move.DOWNLOAD, Move.PLAIN_DOWNLOAD)
    };
  }

  /** Who goes first changes, since a warm disk is quicker. */
  private static List<Move> inTurn(int round) {
    return round % 2 == 0
        ? List.of(Move.PLAIN_UPLOAD, Move.UPLOAD, Move.PLAIN_DOWNLOAD, Move.DOWNLOAD)
        : List.of(Move.UPLOAD, Move.PLAIN_UPLOAD, Move.DOWNLOAD, Move.PLAIN_DOWNLOAD);
  }

  private Measured measure(Move move, Digest manifest, Path file, String key) throws IOException {
    Load load = load(move, PLAIN_KEY, manifest, file, key, folder.resolve("fetched"));
    Load warmUp = warmUp(move);
    awaitTheDisk();
    Measured measured = MoveProcess.run(move, s3, warmUp, load);
    if (move == Move.PLAIN_DOWNLOAD || move == Move.DOWNLOAD) {
      removeFetched(load.path());
      removeFetched(warmUp.path());
    }
    return measured;
  }

  private static Load load(
      Move move, String plainKey, Digest manifest, Path file, String key, Path fetched) {
    return switch (move) {
      case PLAIN_UPLOAD -> new Load(plainKey, file);
      case PLAIN_DOWNLOAD -> new Load(plainKey, fetched);
      case UPLOAD -> new Load(key, file.getParent());
      case DOWNLOAD -> new Load(manifest.toString(), fetched);
    };
  }

  /**
   * What goes up is new each time, as nothing goes up that is there; the last is what comes down.
   */
  private Load warmUp(Move move) throws IOException {
    Path input = Files.createDirectories(folder.resolve("warm-up"));
    Path file = input.resolve("small");
    if (move == Move.PLAIN_UPLOAD || move == Move.UPLOAD) {
      warmUps++;
      Files.move(random("warm-up-" + warmUps, WARM_UP), file, StandardCopyOption.REPLACE_EXISTING);
    }
    if (move == Move.UPLOAD) {
      uploadedWarmUp = FolderScan.scan(input).digest();
    }
    return load(
        move, PLAIN_KEY + "-warm-up", uploadedWarmUp, file, "", folder.resolve("fetched-warm-up"));
  }

  private static void removeFetched(Path fetched) throws IOException {
    if (Files.isDirectory(fetched)) {
      try (Stream<Path> files = Files.list(fetched)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    Files.delete(fetched);
  }

  /** What the move before has left to be written would slow this one. */
  private static void awaitTheDisk() throws IOException {
    try {
      new ProcessBuilder("sync").start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the disk was busy");
    }
  }

  private Rates rates(double[][] seconds, long[] heap, Move ours, Move plain) {
    return new Rates(
        inputSize,
        median(seconds[ours.ordinal()]),
        median(seconds[plain.ordinal()]),
        heap[ours.ordinal()]);
  }

  private static double median(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** A file that nothing can make smaller, and that no earlier run has left anywhere. */
  private Path random(String name, long size) throws IOException {
    Path file = folder.resolve(name);
    Random random = new Random(new SecureRandom().nextLong());
    byte[] piece = new byte[MIB];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = size; left > 0; left -= piece.length) {
        random.nextBytes(piece);
        out.write(piece, 0, (int) Math.min(left, piece.length));
      }
    }
    return file;
  }
}
