package modicum.acceptance.nodes;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import modicum.acceptance.ProjectHome;
import modicum.ledger.node.EvmNode;
import modicum.ledger.node.GethNode;
import modicum.ledger.node.LocalNode;

/** The programs, written by different people in different languages, that run the contract here. */
enum NodeKind {
  /** Foundry's, in Rust on revm. */
  ANVIL {
    @Override
    LocalNode start() {
      return EvmNode.start(EvmNode.Options.forOneClient(anvil()));
    }

    @Override
    LocalNode startKept(Path folder) {
      return EvmNode.start(
          EvmNode.Options.withBlocksEvery(Duration.ofMillis(300), anvil())
              .keptIn(folder.resolve("anvil/state.json")));
    }
  },

  /** The chain's own most used one, in Go. */
  GETH {
    @Override
    LocalNode start() {
      return GethNode.start(GethNode.Options.keepingNothing(geth()));
    }

    @Override
    LocalNode startKept(Path folder) {
      return GethNode.start(GethNode.Options.keepingNothing(geth()).keptIn(folder.resolve("geth")));
    }
  };

  /** A chain that is forgotten with its node. */
  abstract LocalNode start();

  /** A chain that is kept in a folder over restarts. */
  abstract LocalNode startKept(Path folder);

  private static Path anvil() {
    return EvmNode.findBinary(ProjectHome.nodeModules());
  }

  private static Path geth() {
    Optional<Path> binary = GethNode.findBinary(ProjectHome.folder());
    return binary.orElseGet(NodeKind::without);
  }

  /** Whoever works on something else need not build it; whoever vouches for the whole does. */
  private static Path without() {
    String why =
        "there is no geth: './modicum test' builds it, or set "
            + GethNode.BINARY_VARIABLE
            + " to a geth program";
    return System.getenv("CI") == null ? abort(why) : fail(why);
  }
}
