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
import modicum.ledger.RecordedEvent;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.Rejection;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.Wei;
import org.web3j.protocol.core.methods.response.Log;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A market's contract on a node that mines only when told, at the block time it is told: one block
 * for each command, sent by whoever is named, without keys.
 */
final class RawChain {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String GAS = "0x4c4b40";

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

  /** Mines a block of this time that holds one transaction. */
  Mined mine(Address sender, CommandEncoder.Call call, long blockTime) {
    ask(
        "eth_sendTransaction",
        Map.of(
            "from",
            sender.toString(),
            "to",
            contract.toString(),
            "data",
            call.data(),
            "value",
            hex(call.value()),
            "gas",
            GAS));
    JsonNode block = ask("evm_mine_detailed", Map.of("timestamp", blockTime)).get(0);
    if (block.get("transactions").size() != 1) {
      throw new AssertionError("not one transaction in the block: " + block);
    }
    JsonNode receipt = ask("eth_getBlockReceipts", block.get("number").asString()).get(0);
    boolean succeeded = quantity(receipt.get("status")).signum() > 0;
    return succeeded
        ? new Mined(Optional.empty(), events(receipt.get("logs")))
        : new Mined(
            Optional.of(block.get("transactions").get(0).get("output").asString()), List.of());
  }

  private static List<MarketEvent> events(JsonNode logs) {
    List<MarketEvent> events = new ArrayList<>();
    for (JsonNode node : logs) {
      Log log = new Log();
      log.setAddress(node.get("address").asString());
      log.setData(node.get("data").asString());
      log.setTopics(node.get("topics").valueStream().map(JsonNode::asString).toList());
      log.setBlockNumber(node.get("blockNumber").asString());
      log.setLogIndex(node.get("logIndex").asString());
      log.setTransactionHash(node.get("transactionHash").asString());
      RecordedEvent recorded = EventDecoder.decode(log);
      events.add(recorded.event());
    }
    return events;
  }

  /** Free and locked money of accounts, in one request. */
  Map<Address, AccountBalance> balances(List<Address> accounts, String selector) {
    List<JsonNode> answers =
        askAll(
            accounts.stream().map(account -> call(selector + account.toWord().toHex())).toList());
    Map<Address, AccountBalance> balances = new HashMap<>();
    for (int i = 0; i < accounts.size(); i++) {
      List<BigInteger> words = words(answers.get(i));
      balances.put(
          accounts.get(i), new AccountBalance(new Wei(words.get(0)), new Wei(words.get(1))));
    }
    return balances;
  }

  /** What a view that takes one word answers for each of these, in one request. */
  List<List<BigInteger>> view(String selector, List<Bytes32> arguments) {
    return askAll(arguments.stream().map(word -> call(selector + word.toHex())).toList()).stream()
        .map(RawChain::words)
        .toList();
  }

  /** What the contract really holds. */
  Wei contractWallet() {
    return new Wei(quantity(ask("eth_getBalance", contract.toString(), "latest")));
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
