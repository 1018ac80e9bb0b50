package modicum.ledger.web3j;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.WalletTooSmall;
import modicum.protocol.money.Wei;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.utils.Numeric;

/**
 * Sends one account's transactions, and is the only one that does: it gives out the nonces, sets
 * the fees, sends a transaction again with higher fees while it is stuck (or a restarted node
 * forgot it), and waits for the receipt.
 *
 * <p>Thread-safe: several transactions can be under way at the same time.
 */
public final class TransactionSender {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionSender.class);
  private static final int MAXIMUM_TRIES = 8;

  /**
   * @param receiptPoll between two questions for a receipt
   * @param resendAfter how long a transaction may stand unmined before it is sent again, for more
   * @param giveUpAfter how long to wait for a receipt in all
   */
  public record Options(Duration receiptPoll, Duration resendAfter, Duration giveUpAfter) {
    /** For chains with a block every few seconds. */
    public static final Options DEFAULT =
        new Options(Duration.ofMillis(500), Duration.ofSeconds(45), Duration.ofMinutes(5));

    /** For a node on this machine. */
    public static final Options LOCAL =
        new Options(Duration.ofMillis(50), Duration.ofSeconds(10), Duration.ofSeconds(60));

    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost");

    /**
     * A node on this machine shows a transaction soon; one far away is not to be asked so often.
     */
    public static Options forNode(String url) {
      String host = URI.create(url).getHost();
      return host != null && THIS_MACHINE.contains(host) ? LOCAL : DEFAULT;
    }
  }

  /**
   * What is to be sent.
   *
   * @param to the account called; empty where a contract is made
   * @param value wei
   */
  record Payload(Optional<String> to, String data, BigInteger value, BigInteger gasLimit) {
    /** The same thing, whatever gas it was given. */
    Payload withoutGas() {
      return new Payload(to, data, value, BigInteger.ZERO);
    }
  }

  /** A payload under its nonce, and all the forms in which it was sent. */
  private static final class Pending {
    private final BigInteger nonce;
    private final Payload payload;
    private final List<String> hashes = new ArrayList<>();
    private Fees fees;

    Pending(BigInteger nonce, Payload payload, Fees fees) {
      this.nonce = nonce;
      this.payload = payload;
      this.fees = fees;
    }
  }

  private final RpcNode node;
  private final Web3jSigner signer;
  private final Options options;
  private final long chainId;

  /** Nonces whose transactions are being waited for. */
  private final Set<BigInteger> waitedFor = new HashSet<>();

  /** Sent, not seen mined, and no longer waited for: asked for again, it is not sent twice. */
  private final Map<Payload, Pending> abandoned = new HashMap<>();

  private BigInteger nextNonce = BigInteger.ZERO;

  public TransactionSender(RpcNode node, Web3jSigner signer, Options options) {
    this.node = node;
    this.signer = signer;
    this.options = options;
    this.chainId = node.chainId();
  }

  Web3jSigner signer() {
    return signer;
  }

  RpcNode node() {
    return node;
  }

  /**
   * Sends and waits until it is mined, successful or not.
   *
   * @throws WalletTooSmall when the account cannot pay
   * @throws LedgerUnavailable when no node takes it, or it is not mined in time. It may be mined
   *     later; the same payload sent again waits for it rather than doubles it.
   */
  TransactionReceipt send(Payload payload) {
    Optional<Pending> before = resume(payload);
    if (before.isPresent()) {
      Optional<TransactionReceipt> receipt = await(before.get(), true);
      if (receipt.isPresent()) {
        return receipt.get();
      }
    }
    for (int tries = 0; tries < MAXIMUM_TRIES; tries++) {
      Optional<TransactionReceipt> receipt = await(sendNew(payload), false);
      if (receipt.isPresent()) {
        return receipt.get();
      }
    }
    throw new LedgerUnavailable(
        "others keep using the nonces of " + signer.address() + "; does a second process run it?");
  }

  private synchronized Optional<Pending> resume(Payload payload) {
    Optional<Pending> pending = Optional.ofNullable(abandoned.remove(payload.withoutGas()));
    pending.ifPresent(p -> waitedFor.add(p.nonce));
    return pending;
  }

  // ------------------------------------------------------------------ sending

  /** One at a time, so that a nonce that was not taken is there for the next. */
  private synchronized Pending sendNew(Payload payload) {
    Fees fees = Fees.current(node);
    BigInteger nonce = freeNonce();
    for (int tries = 0; tries < MAXIMUM_TRIES; tries++) {
      Pending pending = new Pending(nonce, payload, fees);
      switch (broadcastOnce(pending)) {
        case SENT -> {
          waitedFor.add(nonce);
          nextNonce = nonce.add(BigInteger.ONE);
          return pending;
        }
        // A transaction that we no longer wait for holds this nonce.
        case NONCE_TAKEN -> nonce = nonce.add(BigInteger.ONE);
        case NONCE_USED -> nonce = nonce.add(BigInteger.ONE).max(nodesNonce());
        case NONCE_AHEAD -> nonce = nodesNonce();
        case FEE_TOO_LOW -> fees = fees.bumped().atLeast(Fees.current(node));
        case WALLET_TOO_SMALL -> throw new WalletTooSmall(signer.address(), wallet());
        case REFUSED -> throw notTaken();
      }
    }
    throw notTaken();
  }

  private LedgerUnavailable notTaken() {
    return new LedgerUnavailable(
        "the node at " + node.url() + " does not take a transaction of " + signer.address());
  }

  private Reception broadcastOnce(Pending pending) {
    try {
      return broadcast(pending);
    } catch (LedgerUnavailable e) {
      abandoned.put(pending.payload.withoutGas(), pending);
      throw e;
    }
  }

  private BigInteger freeNonce() {
    // With nothing under way the node knows best: a restarted one may have forgotten what was sent.
    BigInteger known = nodesNonce();
    return waitedFor.isEmpty() ? known : known.max(nextNonce);
  }

  private BigInteger nodesNonce() {
    return nonce(DefaultBlockParameterName.PENDING);
  }

  private BigInteger nonce(DefaultBlockParameterName block) {
    return node.demand(node.web3j().ethGetTransactionCount(signer.address().toString(), block))
        .getTransactionCount();
  }

  private enum Reception {
    SENT,
    NONCE_TAKEN,
    NONCE_USED,
    NONCE_AHEAD,
    FEE_TOO_LOW,
    WALLET_TOO_SMALL,
    REFUSED
  }

  /**
   * Its hash is remembered first: where the answer gets lost, it may have been taken all the same.
   */
  private Reception broadcast(Pending pending) {
    byte[] signed = TransactionEncoder.signMessage(raw(pending), signer.credentials());
    String transaction = Numeric.toHexString(signed);
    String hash = Hash.sha3(transaction);
    pending.hashes.add(hash);
    EthSendTransaction response = node.ask(node.web3j().ethSendRawTransaction(transaction));
    if (!response.hasError()) {
      return Reception.SENT;
    }
    Reception reception = classify(response);
    if (reception != Reception.SENT) {
      pending.hashes.remove(hash);
    }
    return reception;
  }

  private RawTransaction raw(Pending pending) {
    return RawTransaction.createTransaction(
        chainId,
        pending.nonce,
        pending.payload.gasLimit(),
        pending.payload.to().orElse(""),
        pending.payload.value(),
        pending.payload.data(),
        pending.fees.priority(),
        pending.fees.maximum());
  }

  /** Nodes agree on what they refuse, and roughly on the words; not on the codes. */
  private Reception classify(EthSendTransaction response) {
    String message = String.valueOf(response.getError().getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("already known")
        || message.contains("already imported")
        || message.contains("known transaction")) {
      return Reception.SENT;
    }
    if (message.contains("nonce too low") || message.contains("nonce is too low")) {
      return Reception.NONCE_USED;
    }
    if (message.contains("nonce too high") || message.contains("nonce is too high")) {
      return Reception.NONCE_AHEAD;
    }
    if (message.contains("replacement") && message.contains("underpriced")) {
      return Reception.NONCE_TAKEN;
    }
    if (message.contains("underpriced")
        || message.contains("less than block base fee")
        || message.contains("fee too low")) {
      return Reception.FEE_TOO_LOW;
    }
    if (message.contains("insufficient funds") || message.contains("balance too low")) {
      return Reception.WALLET_TOO_SMALL;
    }
    LOG.warn("The node at {} does not take a transaction: {}", node.url(), message);
    return Reception.REFUSED;
  }

  private Wei wallet() {
    return new Wei(
        node.demand(
                node.web3j()
                    .ethGetBalance(signer.address().toString(), DefaultBlockParameterName.LATEST))
            .getBalance());
  }

  // ------------------------------------------------------------------ waiting

  /** Empty when the nonce went to another transaction, so that this one can never be mined. */
  private Optional<TransactionReceipt> await(Pending pending, boolean resumed) {
    boolean settled = false;
    try {
      Optional<TransactionReceipt> receipt = awaitUntil(pending, resumed);
      settled = true;
      return receipt;
    } finally {
      release(pending, settled);
    }
  }

  private synchronized void release(Pending pending, boolean settled) {
    waitedFor.remove(pending.nonce);
    if (!settled) {
      abandoned.put(pending.payload.withoutGas(), pending);
    }
  }

  private Optional<TransactionReceipt> awaitUntil(Pending pending, boolean resumed) {
    long start = System.nanoTime();
    // One that is resumed may have been forgotten, or never have arrived: it is sent again at once.
    long sentAt = resumed ? start - options.resendAfter().toNanos() - 1 : start;
    Optional<LedgerUnavailable> outage = Optional.empty();
    while (System.nanoTime() - start < options.giveUpAfter().toNanos()) {
      try {
        Optional<TransactionReceipt> receipt = receipt(pending);
        if (receipt.isPresent()) {
          return receipt;
        }
        if (System.nanoTime() - sentAt > options.resendAfter().toNanos()) {
          sentAt = System.nanoTime();
          if (resend(pending) == Reception.NONCE_USED) {
            return lastLook(pending);
          }
        }
        outage = Optional.empty();
      } catch (LedgerUnavailable e) {
        // It is sent: whether the node is back in time, the next question tells.
        outage = Optional.of(e);
      }
      sleep();
    }
    throw outage.orElseGet(
        () ->
            new LedgerUnavailable(
                "transaction "
                    + pending.hashes.getLast()
                    + " was sent but is not mined after "
                    + options.giveUpAfter().toSeconds()
                    + " s; is the chain making blocks?"));
  }

  private Optional<TransactionReceipt> receipt(Pending pending) {
    for (String hash : pending.hashes) {
      Optional<TransactionReceipt> receipt =
          node.demand(node.web3j().ethGetTransactionReceipt(hash)).getTransactionReceipt();
      if (receipt.isPresent() && receipt.get().getBlockHash() != null) {
        return receipt;
      }
    }
    return Optional.empty();
  }

  private Reception resend(Pending pending) {
    pending.fees = pending.fees.bumped().atLeast(Fees.current(node));
    Reception reception = broadcast(pending);
    LOG.info(
        "Transaction {} of {} is not mined yet; sent it again for at most {} wei per gas: {}",
        pending.nonce,
        signer.address(),
        pending.fees.maximum(),
        reception);
    return reception;
  }

  /** The nonce is used: by one of ours, mined this moment, or by another's. */
  private Optional<TransactionReceipt> lastLook(Pending pending) {
    for (int tries = 0; tries < MAXIMUM_TRIES; tries++) {
      Optional<TransactionReceipt> receipt = receipt(pending);
      if (receipt.isPresent()) {
        return receipt;
      }
      sleep();
    }
    return Optional.empty();
  }

  private void sleep() {
    try {
      Thread.sleep(options.receiptPoll());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailable("interrupted while a transaction was under way", e);
    }
  }
}
