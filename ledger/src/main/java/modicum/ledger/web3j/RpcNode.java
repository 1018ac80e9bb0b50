package modicum.ledger.web3j;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import modicum.ledger.Head;
import modicum.ledger.LedgerUnavailable;
import modicum.protocol.encoding.Bytes32;
import okhttp3.OkHttpClient;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.http.HttpService;

/**
 * A node of the chain, reached by JSON-RPC. Whatever goes wrong with it is an unavailable ledger.
 */
public final class RpcNode implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private final String url;
  private final OkHttpClient client;
  private final Web3j web3j;

  /**
   * @param url http or https; nothing is asked yet
   */
  public RpcNode(String url) {
    this.url = url;
    this.client =
        new OkHttpClient.Builder()
            .connectTimeout(CONNECT_TIMEOUT)
            .readTimeout(READ_TIMEOUT)
            .callTimeout(READ_TIMEOUT)
            .build();
    this.web3j = Web3j.build(new HttpService(url, client));
  }

  public String url() {
    return url;
  }

  /** The number that tells this chain from others. */
  public long chainId() {
    return demand(web3j.ethChainId()).getChainId().longValueExact();
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  Web3j web3j() {
    return web3j;
  }

  Head newestBlock() {
    return block(DefaultBlockParameterName.LATEST);
  }

  Head block(long number) {
    return block(DefaultBlockParameter.valueOf(BigInteger.valueOf(number)));
  }

  /** How much gas the transactions of the newest block could have used together. */
  BigInteger blockGasLimit() {
    EthBlock.Block block = rawBlock(DefaultBlockParameterName.LATEST);
    return understand(block::getGasLimit);
  }

  private EthBlock.Block rawBlock(DefaultBlockParameter parameter) {
    EthBlock.Block block = demand(web3j.ethGetBlockByNumber(parameter, false)).getBlock();
    if (block == null) {
      throw new LedgerUnavailable(
          "the node at " + url + " has no block " + parameter.getValue() + " (yet)");
    }
    return block;
  }

  private Head block(DefaultBlockParameter parameter) {
    EthBlock.Block block = rawBlock(parameter);
    return understand(
        () ->
            new Head(
                block.getNumber().longValueExact(),
                Bytes32.fromHex(block.getHash()),
                block.getTimestamp().longValueExact()));
  }

  /** Asks; an error that the node returns is the caller's to read. */
  <T extends Response<?>> T ask(Request<?, T> request) {
    try {
      return request.send();
    } catch (IOException | RuntimeException e) {
      // web3j and its JSON reader throw unchecked exceptions of their own for HTTP errors and
      // nonsense.
      throw new LedgerUnavailable(
          "the node at " + url + " does not answer (" + reason(e) + "); is it running?", e);
    }
  }

  /** Asks for what every node can answer. */
  <T extends Response<?>> T demand(Request<?, T> request) {
    T response = ask(request);
    if (response.hasError()) {
      throw new LedgerUnavailable(
          "the node at "
              + url
              + " refuses "
              + request.getMethod()
              + ": "
              + response.getError().getMessage());
    }
    return response;
  }

  /** Reads an answer; one that makes no sense comes from a broken node. */
  <T> T understand(java.util.function.Supplier<T> reading) {
    try {
      return reading.get();
    } catch (LedgerUnavailable e) {
      throw e;
    } catch (RuntimeException e) {
      throw new LedgerUnavailable("the node at " + url + " answers nonsense: " + reason(e), e);
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
