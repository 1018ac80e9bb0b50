package modicum.ledger.memory;

import java.util.List;
import java.util.Optional;
import modicum.ledger.Head;
import modicum.ledger.Ledger;
import modicum.ledger.RecordedEvent;
import modicum.ledger.Submission;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.identity.Signer;
import modicum.protocol.market.Command;
import modicum.protocol.market.Rejection;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHasher;

/** One account's view of an {@link InMemoryChain}. */
public final class InMemoryLedger implements Ledger {
  private final InMemoryChain chain;
  private final Signer signer;

  InMemoryLedger(InMemoryChain chain, Signer signer) {
    this.chain = chain;
    this.signer = signer;
  }

  @Override
  public Signer signer() {
    return signer;
  }

  @Override
  public SignatureCheck signatures() {
    return InMemorySigner.RECOVERY;
  }

  @Override
  public MarketParameters parameters() {
    return chain.parameters();
  }

  @Override
  public OfferHasher hasher() {
    return chain.hasher();
  }

  @Override
  public Submission submit(Command command) {
    requireOwn(command);
    return chain.submit(command);
  }

  @Override
  public List<Submission> submitAll(List<Command> commands) {
    commands.forEach(this::requireOwn);
    return chain.submitAll(commands);
  }

  @Override
  public Optional<Rejection> dryRun(Command command) {
    requireOwn(command);
    return chain.dryRun(command);
  }

  @Override
  public Wei wallet(Address account) {
    return chain.wallet(account);
  }

  @Override
  public Wei gasWallet(Address account) {
    return chain.gasWallet(account);
  }

  @Override
  public Head head() {
    return chain.head();
  }

  @Override
  public Head block(long number) {
    return chain.block(number);
  }

  @Override
  public long deploymentBlock() {
    return 0;
  }

  @Override
  public List<RecordedEvent> events(long fromBlock, long toBlock) {
    return chain.events(fromBlock, toBlock);
  }

  private void requireOwn(Command command) {
    if (!command.caller().equals(account())) {
      throw new IllegalArgumentException(
          "this ledger sends commands of " + account() + ", not of " + command.caller());
    }
  }
}
