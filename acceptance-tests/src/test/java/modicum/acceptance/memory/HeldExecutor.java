package modicum.acceptance.memory;

import modicum.executor.Executor;
import modicum.executor.ForwardingExecutor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.scripted.ScriptedEngine;

/**
 * An executor on an engine that holds its runs: who waits for one is there when it ends. So a run
 * that was started is really running until then, and can be found running.
 */
final class HeldExecutor extends ForwardingExecutor {
  private final ScriptedEngine engine;

  HeldExecutor(Executor real, ScriptedEngine engine) {
    super(real);
    this.engine = engine;
  }

  @Override
  public RunOutcome await(RunName name) throws InterruptedException {
    engine.finish(name);
    return super.await(name);
  }
}
