package modicum.acceptance.nodes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import modicum.acceptance.ProjectHome;
import modicum.ledger.web3j.OtherContracts;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.encoding.Words;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Trust;
import modicum.protocol.money.Wei;

/** A wallet that is a contract, and takes as signed what its owner signed (ERC-1271). */
final class WalletOnNode {
  private static final int WORD = 32;
  private static final int SELECTOR = 4;

  private final NodeMarket market;
  private final OtherContracts contracts;
  private final Address address;

  private WalletOnNode(NodeMarket market, OtherContracts contracts, Address address) {
    this.market = market;
    this.contracts = contracts;
    this.address = address;
  }

  /** A wallet of one of the market's parties, with some of the chain's coin in it. */
  static WalletOnNode makeFor(NodeMarket market, String owner) {
    OtherContracts contracts = new OtherContracts(market.senderOf(owner));
    byte[] code = join(creationCode(), new Words().add(market.address(owner)).toArray());
    Address address = contracts.create(code);
    contracts.pay(address, Wei.of(1_000_000));
    return new WalletOnNode(market, contracts, address);
  }

  Address address() {
    return address;
  }

  void joinsAsJobCreator(Wei deposit) {
    run(BigInteger.ZERO, call("registerJobCreator()", new Words()));
    run(deposit.value(), call("deposit(uint96)", new Words().add(deposit.value())));
    Words trust =
        new Words()
            .add(Trust.JOB_CREATOR_TRUSTS_MEDIATOR.ordinal())
            .add(3L * WORD)
            .add(1)
            .add(1)
            .add(market.address(NodeMarket.MEDIATOR));
    run(BigInteger.ZERO, call("setTrust(uint8,bytes32[],bool)", trust));
  }

  void withdraws(Wei amount) {
    run(BigInteger.ZERO, call("withdraw(uint96)", new Words().add(amount.value())));
  }

  /** Has the wallet call the market. */
  private void run(BigInteger value, byte[] call) {
    Words head = new Words().add(market.contract()).add(value).add(3L * WORD).add(call.length);
    byte[] padding = new byte[(WORD - call.length % WORD) % WORD];
    byte[] data = join(call("run(address,uint256,bytes)", head), join(call, padding));
    contracts.call(address, data);
  }

  private static byte[] call(String function, Words arguments) {
    byte[] hash = Keccak256.hashUtf8(function).toArray();
    byte[] selector = Arrays.copyOf(hash, SELECTOR);
    return join(selector, arguments.toArray());
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }

  private static byte[] creationCode() {
    Path contracts = ProjectHome.folder().resolve("contracts");
    try {
      Process process =
          new ProcessBuilder(
                  "node",
                  contracts.resolve("scripts/creation-code.js").toString(),
                  "test/wallets/Wallets.sol",
                  "OwnedWallet")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String code = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError("the wallet does not compile; see above");
      }
      return HexFormat.of().parseHex(code);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("cannot compile the wallet: is node installed?", e);
    }
  }
}
