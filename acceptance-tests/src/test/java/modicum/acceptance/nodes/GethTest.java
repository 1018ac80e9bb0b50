package modicum.acceptance.nodes;

class GethTest extends NodeContract {
  GethTest() {
    super(NodeKind.GETH);
  }
}
