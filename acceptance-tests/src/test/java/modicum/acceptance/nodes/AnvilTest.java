package modicum.acceptance.nodes;

class AnvilTest extends NodeContract {
  AnvilTest() {
    super(NodeKind.ANVIL);
  }
}
