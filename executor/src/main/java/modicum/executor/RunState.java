package modicum.executor;

/** What is known of a run. */
public sealed interface RunState {
  /** No run of that name. */
  record NotStarted() implements RunState {}

  /** In the engine, not ended. */
  record Running() implements RunState {}

  /** Ended; what came of it stays until the run is removed. */
  record Ended(RunOutcome outcome) implements RunState {}
}
