package modicum.acceptance.memory;

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

/** A ledger that passes everything on; what stands before a ledger changes one method of it. */
abstract class ForwardingLedger implements Ledger {
  private final Ledger real;

  ForwardingLedger(Ledger real) {
    this.real = real;
  }

  @Override
  public Signer signer() {
    return real.signer();
  }

  @Override
  public SignatureCheck signatures() {
    return real.signatures();
  }

  @Override
  public MarketParameters parameters() {
    return real.parameters();
  }

  @Override
  public OfferHasher hasher() {
    return real.hasher();
  }

  @Override
  public Submission submit(Command command) {
    return real.submit(command);
  }

  @Override
  public List<Submission> submitAll(List<Command> commands) {
    return real.submitAll(commands);
  }

  @Override
  public Optional<Rejection> dryRun(Command command) {
    return real.dryRun(command);
  }

  @Override
  public Wei wallet(Address account) {
    return real.wallet(account);
  }

  @Override
  public Wei gasWallet(Address account) {
    return real.gasWallet(account);
  }

  @Override
  public Head head() {
    return real.head();
  }

  @Override
  public Head block(long number) {
    return real.block(number);
  }

  @Override
  public long deploymentBlock() {
    return real.deploymentBlock();
  }

  @Override
  public List<RecordedEvent> events(long fromBlock, long toBlock) {
    return real.events(fromBlock, toBlock);
  }
}
