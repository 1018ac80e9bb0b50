package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import modicum.contracts.Modicum;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.Receipt;
import modicum.ledger.RecordedEvent;
import modicum.ledger.Submission;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.Rejection;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHasher;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.utils.Numeric;

/**
 * Sends many commands in as few transactions as their blocks have room for.
 *
 * <p>Each command is tried out by itself first, which tells its gas: the gas of a batch cannot be
 * estimated, since one that runs out of gas in its calls does not fail. Where every command is
 * refused by itself, every one would be in the batch, too, so none is sent.
 */
final class Batches {
  /** No chain takes a transaction with more (EIP-7825). */
  private static final BigInteger MOST_GAS = BigInteger.ONE.shiftLeft(24);

  /** An account that is a contract, or a token, gave none of its answers when it had no gas. */
  private static final Set<Condition> FOR_WANT_OF_GAS =
      EnumSet.of(
          Condition.OFFER_NEITHER_POSTED_NOR_SIGNED,
          Condition.NOT_ACCEPTED_BY_JOB_CREATOR,
          Condition.TRANSFER_FAILED);

  private final Web3jLedger ledger;
  private final OfferHasher hasher;

  Batches(Web3jLedger ledger, OfferHasher hasher) {
    this.ledger = ledger;
    this.hasher = hasher;
  }

  List<Submission> submit(List<Command> commands) {
    List<Submission> submissions = new ArrayList<>();
    while (submissions.size() < commands.size()) {
      BatchPlan plan = plan(commands.subList(submissions.size(), commands.size()));
      submissions.addAll(carryOut(plan));
    }
    return List.copyOf(submissions);
  }

  private BatchPlan plan(List<Command> commands) {
    BatchPlan plan = new BatchPlan(hasher, roomInABlock());
    for (Command command : commands) {
      if (plan.makesWhatIsNeededFor(command) || !plan.add(ledger.tryAlone(command))) {
        break;
      }
    }
    return plan;
  }

  /** Others want to be in the block as well. */
  private BigInteger roomInABlock() {
    BigInteger limit = ledger.node().blockGasLimit();
    return limit.subtract(limit.shiftRight(2)).min(MOST_GAS);
  }

  private List<Submission> carryOut(BatchPlan plan) {
    Iterator<Submission> sent =
        switch (plan.sent().size()) {
          case 0 -> Collections.emptyIterator();
          case 1 -> List.of(ledger.submit(plan.sent().getFirst().command())).iterator();
          default -> send(plan).iterator();
        };
    return plan.answers().stream()
        .map(
            answer ->
                answer
                    .<Submission>map(no -> new Submission.Refused(no, Optional.empty()))
                    .orElseGet(sent::next))
        .toList();
  }

  private List<Submission> send(BatchPlan plan) {
    TransactionReceipt mined = ledger.sendBatch(calls(plan), plan.gasPerCall(), plan.gasLimit());
    if (!mined.isStatusOK()) {
      throw new LedgerUnavailable(
          "batch " + mined.getTransactionHash() + " ran out of gas; trying again");
    }
    return ledger.node().understand(() -> read(plan, mined));
  }

  private static List<byte[]> calls(BatchPlan plan) {
    return plan.sent().stream()
        .map(planned -> Numeric.hexStringToByteArray(planned.call().data()))
        .toList();
  }

  private List<Submission> read(BatchPlan plan, TransactionReceipt mined) {
    Map<Integer, String> refusals = refusals(mined);
    List<RecordedEvent> recorded = ledger.note(mined.getLogs());
    BatchEvents events = new BatchEvents(recorded.stream().map(RecordedEvent::event).toList());
    List<Receipt> receipts = share(Web3jLedger.receipt(mined), weights(plan, refusals));
    List<Submission> submissions = new ArrayList<>();
    for (int i = 0; i < plan.sent().size(); i++) {
      PlannedCommand planned = plan.sent().get(i);
      Submission submission =
          refusals.containsKey(i)
              ? refused(planned.command(), refusals.get(i), receipts.get(i))
              : new Submission.Accepted(events.of(planned.command()), receipts.get(i));
      submissions.add(submission);
    }
    return submissions;
  }

  /** What the calls that were refused were refused with, by their place in the batch. */
  private Map<Integer, String> refusals(TransactionReceipt mined) {
    Map<Integer, String> reasons = new HashMap<>();
    for (Log log : mined.getLogs()) {
      if (ledger.isOfTheMarket(log) && EventDecoder.isRefusalOfACall(log)) {
        var refused = Modicum.getCallRefusedEventFromLog(log);
        reasons.put(refused.index.intValueExact(), Numeric.toHexString(refused.reason));
      }
    }
    return reasons;
  }

  /** What may only have been refused for want of gas goes by itself, with as much as it needs. */
  private Submission refused(Command command, String reason, Receipt receipt) {
    Optional<Rejection> rejection = RefusalDecoder.decode(reason);
    boolean isCertain =
        rejection.filter(known -> !FOR_WANT_OF_GAS.contains(known.condition())).isPresent();
    Optional<Submission> alone = isCertain ? Optional.empty() : Optional.of(ledger.submit(command));
    return alone
        .filter(again -> rejection.isEmpty() || again instanceof Submission.Accepted)
        .orElseGet(() -> new Submission.Refused(rejection.orElseThrow(), Optional.of(receipt)));
  }

  // ---------------------------------------------------------------- receipts

  /** What each has its part in the transaction's gas for: a refused one for its call data only. */
  private static List<BigInteger> weights(BatchPlan plan, Map<Integer, String> refusals) {
    List<BigInteger> weights = new ArrayList<>();
    for (int i = 0; i < plan.sent().size(); i++) {
      PlannedCommand planned = plan.sent().get(i);
      weights.add(refusals.containsKey(i) ? planned.callDataGas() : planned.gas());
    }
    return weights;
  }

  /** In proportion to the weights, to the last unit of gas and the last wei. */
  static List<Receipt> share(Receipt whole, List<BigInteger> weights) {
    BigInteger total = weights.stream().reduce(BigInteger.ZERO, BigInteger::add);
    BigInteger gas = BigInteger.valueOf(whole.gasUsed());
    List<Receipt> shares = new ArrayList<>();
    BigInteger before = BigInteger.ZERO;
    for (BigInteger weight : weights) {
      BigInteger after = before.add(weight);
      shares.add(
          new Receipt(
              whole.transaction(),
              whole.block(),
              part(gas, before, after, total).longValueExact(),
              new Wei(part(whole.fee().value(), before, after, total))));
      before = after;
    }
    return shares;
  }

  private static BigInteger part(
      BigInteger whole, BigInteger from, BigInteger to, BigInteger total) {
    return whole.multiply(to).divide(total).subtract(whole.multiply(from).divide(total));
  }
}
