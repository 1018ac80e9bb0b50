package modicum.mediator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.executor.job.FileTree;
import modicum.protocol.match.MatchId;
import modicum.protocol.result.Result;

/** The claimed outputs that were fetched: one folder for each match, also for what broke off. */
record Claims(Path folder) {

  /** Where a claimed output goes. Another claim of the same match goes elsewhere. */
  Path of(MatchId match, Result claim) {
    return folder.resolve(match.toHex()).resolve(claim.commitment().toHex());
  }

  /** The matches of which something is here. */
  List<MatchId> matches() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders.flatMap(f -> match(f).stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  void delete(MatchId match) {
    FileTree.delete(folder.resolve(match.toHex()));
  }

  private static Optional<MatchId> match(Path folder) {
    try {
      return Optional.of(MatchId.fromHex(folder.getFileName().toString()));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }
}
