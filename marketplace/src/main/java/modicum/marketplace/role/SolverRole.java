package modicum.marketplace.role;

import java.net.URI;
import modicum.ledger.Ledger;
import modicum.ledger.agent.AgentHealth;
import modicum.ledger.web3j.Web3jLedger;
import modicum.solver.app.SolverConfig;
import modicum.solver.app.SolverService;

/** A solver at work. */
public final class SolverRole implements RunningRole {
  private final Ledger ledger;
  private final SolverService service;

  private SolverRole(Ledger ledger, SolverService service) {
    this.ledger = ledger;
    this.service = service;
  }

  public static SolverRole start(SolverConfig config, Web3jLedger ledger) {
    return new SolverRole(ledger, SolverService.start(config, ledger, ledger.signatures()));
  }

  public URI endpoint() {
    return service.endpoint();
  }

  @Override
  public String describe() {
    return "solver " + ledger.account() + " at " + service.endpoint();
  }

  @Override
  public AgentHealth awaitEnd() throws InterruptedException {
    return service.awaitEnd();
  }

  @Override
  public void close() {
    service.close();
  }
}
