package modicum.ledger.web3j;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.protocol.identity.Address;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Contracts that only tests deploy, compiled from their sources when the first is needed. */
final class TestContracts {
  private static final Path SOURCES = Path.of("src", "test", "solidity");
  private static final Path CONTRACTS = Path.of("..", "contracts");
  private static final BigInteger GAS = BigInteger.valueOf(5_000_000);

  private TestContracts() {}

  /** Compiles once for all tests, and not where none needs it. */
  private static final class Compiled {
    private static final JsonNode CODE = compile();
  }

  /** Code that makes the contract of this name. */
  static String creationCode(String name) {
    String code = Compiled.CODE.path(name).asString("");
    if (code.isEmpty()) {
      throw new IllegalArgumentException("no contract " + name + " among the tests' sources");
    }
    return "0x" + code;
  }

  static Address deploy(TransactionSender sender, String name) {
    TransactionReceipt receipt =
        sender.send(
            new TransactionSender.Payload(
                Optional.empty(), creationCode(name), BigInteger.ZERO, GAS));
    return Address.fromHex(succeeded(receipt).getContractAddress());
  }

  static TransactionReceipt call(
      TransactionSender sender, Address contract, String function, Type<?>... arguments) {
    return call(sender, contract, BigInteger.ZERO, data(function, arguments));
  }

  /** The owner has a TestWallet send this. */
  static void carryOut(
      TransactionSender owner, Address wallet, Address contract, CommandEncoder.Call call) {
    byte[] data = Numeric.hexStringToByteArray(call.data());
    call(owner, wallet, call.value(), data("carryOut", word(contract), new DynamicBytes(data)));
  }

  private static TransactionReceipt call(
      TransactionSender sender, Address contract, BigInteger value, String data) {
    return succeeded(
        sender.send(
            new TransactionSender.Payload(Optional.of(contract.toString()), data, value, GAS)));
  }

  static String data(String function, Type<?>... arguments) {
    return FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
  }

  static Type<?> word(Address account) {
    return new org.web3j.abi.datatypes.Address(account.toString());
  }

  private static TransactionReceipt succeeded(TransactionReceipt receipt) {
    if (!receipt.isStatusOK()) {
      throw new AssertionError("a transaction of the test failed: " + receipt);
    }
    return receipt;
  }

  private static JsonNode compile() {
    List<String> command =
        new ArrayList<>(
            List.of("node", SOURCES.resolve("compile.js").toString(), CONTRACTS.toString()));
    try {
      command.addAll(sources());
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      byte[] output = process.getInputStream().readAllBytes();
      if (process.waitFor() != 0) {
        throw new AssertionError("the tests' contracts do not compile; see above");
      }
      return JsonMapper.shared().readTree(output);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("cannot compile the tests' contracts: is node installed?", e);
    }
  }

  private static List<String> sources() throws IOException {
    List<String> files = new ArrayList<>();
    for (Path folder : List.of(SOURCES, CONTRACTS.resolve(Path.of("test", "tokens")))) {
      try (Stream<Path> all = Files.list(folder)) {
        all.map(Path::toString).filter(name -> name.endsWith(".sol")).sorted().forEach(files::add);
      }
    }
    return files;
  }
}
