package modicum.marketplace.bench;

/**
 * What one job costs each role, from its offers to its end, gas. Signing costs none.
 *
 * @param solver who made the match
 */
public record JobGas(long jobCreator, long resourceProvider, long solver, long mediator) {
  public long total() {
    return jobCreator + resourceProvider + solver + mediator;
  }

  /** One of so many jobs that together cost this, rounded up. */
  JobGas dividedBy(int jobs) {
    return new JobGas(
        Math.ceilDiv(jobCreator, jobs),
        Math.ceilDiv(resourceProvider, jobs),
        Math.ceilDiv(solver, jobs),
        Math.ceilDiv(mediator, jobs));
  }
}
