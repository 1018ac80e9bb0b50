package modicum.ledger.web3j;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import modicum.contracts.Modicum;
import modicum.ledger.RecordedEvent;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.Rejection;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.Wei;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A market's contract on a node that mines only when told, at the block time it is told: one block
 * for each command, sent by whoever is named, without keys.
 */
final class RawChain {
  /** Of the market as of a token: free and locked there, a balance here. */
  private static final String BALANCE_OF =
      "0x" + Keccak256.hashUtf8("balanceOf(address)").toHex().substring(0, 8);

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final BigInteger GAS = BigInteger.valueOf(5_000_000);
  private static final BigInteger GAS_OF_A_BATCH = BigInteger.valueOf(15_000_000);
  private static final BigInteger GAS_PER_CALL = BigInteger.valueOf(2_000_000);

  /** What a transaction did: its events, or the error data it was reverted with. */
  record Mined(Optional<String> revertData, List<MarketEvent> events) {
    Optional<Rejection> rejection() {
      return revertData.map(
          data ->
              RefusalDecoder.decode(data)
                  .orElseThrow(() -> new AssertionError("not an error of the market: " + data)));
    }
  }

  private record Question(String method, List<Object> parameters) {}

  private final URI url;
  private final Address contract;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  RawChain(URI url, Address contract) {
    this.url = url;
    this.contract = contract;
  }

  /** From now on blocks are mined by {@link #mine} only, and whoever is named sends. */
  void takeOver() {
    ask("evm_setAutomine", false);
    ask("anvil_autoImpersonateAccount", true);
  }

  long blockTime() {
    return quantity(ask("eth_getBlockByNumber", "latest", false).get("timestamp")).longValueExact();
  }

  String snapshot() {
    return ask("evm_snapshot").asString();
  }

  void revert(String snapshot) {
    if (!ask("evm_revert", snapshot).asBoolean()) {
      throw new AssertionError("no snapshot " + snapshot);
    }
  }

  void setCode(Address account, String code) {
    ask("anvil_setCode", account.toString(), code);
  }

  /** Mines a block in which this is called, of any contract. */
  void call(Address sender, Address called, String data, long blockTime) {
    mine(sender, called, new CommandEncoder.Call(data, BigInteger.ZERO), GAS, blockTime);
  }

  /** Mines a block of this time that holds one transaction. */
  Mined mine(Address sender, CommandEncoder.Call call, long blockTime) {
    JsonNode block = mine(sender, contract, call, GAS, blockTime);
    JsonNode receipt = receipt(block);
    return isSuccess(receipt)
        ? new Mined(Optional.empty(), events(marketLogs(receipt)))
        : new Mined(
            Optional.of(block.get("transactions").get(0).get("output").asString()), List.of());
  }

  /** Mines a block of this time that holds one transaction that carries all these commands. */
  List<Mined> mineBatch(
      CommandEncoder encoder, List<Command> commands, List<CommandEncoder.Call> calls, long time) {
    List<byte[]> data =
        calls.stream().map(call -> Numeric.hexStringToByteArray(call.data())).toList();
    String batch = encoder.batch(data, GAS_PER_CALL);
    JsonNode receipt =
        receipt(
            mine(
                commands.getFirst().caller(),
                contract,
                new CommandEncoder.Call(batch, BigInteger.ZERO),
                GAS_OF_A_BATCH,
                time));
    if (!isSuccess(receipt)) {
      throw new AssertionError("a batch failed: " + receipt);
    }
    Map<Integer, String> refusals = new HashMap<>();
    List<Log> logs = new ArrayList<>();
    for (Log log : marketLogs(receipt)) {
      if (EventDecoder.isRefusalOfACall(log)) {
        var refused = Modicum.getCallRefusedEventFromLog(log);
        refusals.put(refused.index.intValueExact(), Numeric.toHexString(refused.reason));
      } else {
        logs.add(log);
      }
    }
    return split(commands, refusals, events(logs));
  }

  private static List<Mined> split(
      List<Command> commands, Map<Integer, String> refusals, List<MarketEvent> events) {
    BatchEvents left = new BatchEvents(events);
    List<Mined> mined = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      Optional<String> refusal = Optional.ofNullable(refusals.get(i));
      mined.add(new Mined(refusal, refusal.isPresent() ? List.of() : left.of(commands.get(i))));
    }
    List<MarketEvent> distributed = mined.stream().flatMap(one -> one.events().stream()).toList();
    if (!distributed.equals(events)) {
      throw new AssertionError("events of no command: " + events + " but " + distributed);
    }
    return mined;
  }

  private JsonNode mine(
      Address sender, Address called, CommandEncoder.Call call, BigInteger gas, long blockTime) {
    ask(
        "eth_sendTransaction",
        Map.of(
            "from",
            sender.toString(),
            "to",
            called.toString(),
            "data",
            call.data(),
            "value",
            hex(call.value()),
            "gas",
            hex(gas)));
    JsonNode block = ask("evm_mine_detailed", Map.of("timestamp", blockTime)).get(0);
    if (block.get("transactions").size() != 1) {
      throw new AssertionError("not one transaction in the block: " + block);
    }
    return block;
  }

  private JsonNode receipt(JsonNode block) {
    return ask("eth_getBlockReceipts", block.get("number").asString()).get(0);
  }

  private static boolean isSuccess(JsonNode receipt) {
    return quantity(receipt.get("status")).signum() > 0;
  }

  /** Without those of a payment token. */
  private List<Log> marketLogs(JsonNode receipt) {
    List<Log> logs = new ArrayList<>();
    for (JsonNode node : receipt.get("logs")) {
      Log log = new Log();
      log.setAddress(node.get("address").asString());
      log.setData(node.get("data").asString());
      log.setTopics(node.get("topics").valueStream().map(JsonNode::asString).toList());
      log.setBlockNumber(node.get("blockNumber").asString());
      log.setLogIndex(node.get("logIndex").asString());
      log.setTransactionHash(node.get("transactionHash").asString());
      logs.add(log);
    }
    return logs.stream().filter(log -> Address.fromHex(log.getAddress()).equals(contract)).toList();
  }

  private static List<MarketEvent> events(List<Log> logs) {
    return logs.stream().map(EventDecoder::decode).map(RecordedEvent::event).toList();
  }

  /** Free and locked money of accounts, in one request. */
  Map<Address, AccountBalance> balances(List<Address> accounts) {
    List<List<BigInteger>> answers = views(accounts.stream().map(RawChain::balanceOf).toList());
    Map<Address, AccountBalance> balances = new HashMap<>();
    for (int i = 0; i < accounts.size(); i++) {
      List<BigInteger> words = answers.get(i);
      balances.put(
          accounts.get(i), new AccountBalance(new Wei(words.get(0)), new Wei(words.get(1))));
    }
    return balances;
  }

  /** What the market's views answer to these calls, in one request. */
  List<List<BigInteger>> views(List<String> calls) {
    return askAll(calls.stream().map(this::call).toList()).stream().map(RawChain::words).toList();
  }

  /** What the contract really holds: coins, or of this token. */
  Wei contractWallet(Optional<Address> token) {
    if (token.isEmpty()) {
      return new Wei(quantity(ask("eth_getBalance", contract.toString(), "latest")));
    }
    Question balance =
        new Question(
            "eth_call",
            List.of(Map.of("to", token.get().toString(), "data", balanceOf(contract)), "latest"));
    return new Wei(words(askAll(List.of(balance)).getFirst()).getFirst());
  }

  private static String balanceOf(Address account) {
    return BALANCE_OF + account.toWord().toHex();
  }

  private Question call(String data) {
    return new Question(
        "eth_call", List.of(Map.of("to", contract.toString(), "data", data), "latest"));
  }

  private JsonNode ask(String method, Object... parameters) {
    return askAll(List.of(new Question(method, Arrays.asList(parameters)))).getFirst();
  }

  private List<JsonNode> askAll(List<Question> questions) {
    if (questions.isEmpty()) {
      return List.of();
    }
    List<Map<String, Object>> batch = new ArrayList<>();
    for (Question question : questions) {
      batch.add(
          Map.of(
              "jsonrpc",
              "2.0",
              "id",
              batch.size(),
              "method",
              question.method(),
              "params",
              question.parameters()));
    }
    List<JsonNode> answers = new ArrayList<>();
    post(JSON.writeValueAsString(batch)).forEach(answers::add);
    answers.sort(Comparator.comparingInt(answer -> answer.get("id").asInt()));
    return answers.stream().map(answer -> result(answer, questions)).toList();
  }

  private static JsonNode result(JsonNode answer, List<Question> questions) {
    if (answer.has("error")) {
      throw new AssertionError(questions + ": " + answer.get("error"));
    }
    return answer.get("result");
  }

  private JsonNode post(String body) {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("the node does not answer", e);
    }
  }

  private static List<BigInteger> words(JsonNode answer) {
    String digits = answer.asString().substring(2);
    List<BigInteger> words = new ArrayList<>();
    for (int i = 0; i + 64 <= digits.length(); i += 64) {
      words.add(new BigInteger(digits.substring(i, i + 64), 16));
    }
    return words;
  }

  private static BigInteger quantity(JsonNode node) {
    return new BigInteger(node.asString().substring(2), 16);
  }

  private static String hex(BigInteger value) {
    return "0x" + value.toString(16);
  }
}
