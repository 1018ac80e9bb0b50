package modicum.solver.app;

/**
 * How a solver is, for anyone.
 *
 * @param account the solver's
 * @param agent running, unavailable, stopped or idle
 * @param block the newest that it has looked at; -1 before the first look
 * @param blockTime of that block, seconds since 1970; -1 before the first look
 * @param jobOffers live ones
 * @param resourceOffers live ones
 * @param matchesPosted since it was started
 */
public record SolverStatus(
    String account,
    String agent,
    long block,
    long blockTime,
    int jobOffers,
    int resourceOffers,
    long matchesPosted) {}
