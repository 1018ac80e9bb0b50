package modicum.ledger.web3j;

import java.nio.file.Path;
import modicum.ledger.node.EvmNode;

/** Where the tests' nodes come from. */
public final class TestNodes {
  private TestNodes() {}

  /** The anvil that the contracts module installed. */
  public static Path anvil() {
    return EvmNode.findBinary(Path.of("..", "contracts", "node_modules"));
  }
}
