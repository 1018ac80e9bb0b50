package modicum.executor.docker;

import com.github.dockerjava.api.model.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import modicum.executor.EngineUnavailable;
import modicum.executor.sandbox.Face;
import modicum.executor.sandbox.Profile;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;

/**
 * The sandbox's own files on this machine's disk, from where containers mount them: its program,
 * and for each kind of machine that a job may see, the files that show it. They are named by what
 * they hold, so that one that is there is right.
 */
final class SandboxFiles {
  static final String FOLDER = "/.modicum";
  static final String PROGRAM = FOLDER + "/sandbox";

  /** Of {@code /proc} the engine lets only these be mounted; the program shows the others. */
  private static final List<String> MOUNTABLE =
      List.of("cpuinfo", "diskstats", "loadavg", "meminfo", "stat", "swaps", "uptime");

  private static final String EVERYONE_READS = "rwxr-xr-x";

  private final Path folder;

  SandboxFiles(Path folder) {
    this.folder = folder;
  }

  List<Mount> mounts(Face face) {
    Path shown = face(face);
    List<Mount> mounts = new ArrayList<>();
    mounts.add(Sandbox.bind(program(), PROGRAM).withReadOnly(true));
    mounts.add(Sandbox.bind(shown, FOLDER + "/face").withReadOnly(true));
    mounts.add(Sandbox.bind(shown.resolve("sys"), "/sys").withReadOnly(true));
    for (String name : MOUNTABLE) {
      mounts.add(
          Sandbox.bind(shown.resolve("proc").resolve(name), "/proc/" + name).withReadOnly(true));
    }
    return mounts;
  }

  private Path program() {
    byte[] program =
        Profile.program()
            .orElseThrow(
                () ->
                    new EngineUnavailable(
                        "this build has no sandbox for its machine; jobs run on amd64 machines"
                            + " only, and the build needs gcc",
                        null));
    String name = Sha256.of(program).sha256().toHex();
    return installed(name, Map.of("sandbox", program)).resolve("sandbox");
  }

  private Path face(Face face) {
    Map<String, String> texts = face.files();
    Bytes32 name =
        Sha256.ofUtf8(
                texts.entrySet().stream()
                    .map(e -> e.getKey() + "\0" + e.getValue() + "\0")
                    .collect(Collectors.joining()))
            .sha256();
    Map<String, byte[]> files =
        texts.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, e -> e.getValue().getBytes(StandardCharsets.UTF_8)));
    return installed(name.toHex(), files);
  }

  private synchronized Path installed(String name, Map<String, byte[]> files) {
    Path target = folder.resolve(name);
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      return target;
    }
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempDirectory(folder, "part-");
      open(part);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = part.resolve(file.getKey());
        createFolders(part, path.getParent());
        Files.write(path, file.getValue());
        open(path);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lay out the sandbox's files in " + folder, e);
    }
    return target;
  }

  private static void createFolders(Path root, Path path) throws IOException {
    if (path.equals(root) || Files.isDirectory(path)) {
      return;
    }
    createFolders(root, path.getParent());
    Files.createDirectory(path);
    open(path);
  }

  /** Whatever this agent's umask: the job's user is another. */
  private static void open(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(EVERYONE_READS));
  }
}
