package modicum.marketplace.demo;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import modicum.executor.Executor;
import modicum.executor.ForwardingExecutor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;

/** The sandbox of a provider that takes jobs and never finishes one. */
public final class AbsentExecutor extends ForwardingExecutor {
  private final Set<RunName> taken = ConcurrentHashMap.newKeySet();

  public AbsentExecutor(Executor engine) {
    super(engine);
  }

  @Override
  public RunState start(RunRequest request) {
    taken.add(request.name());
    return new RunState.Running();
  }

  @Override
  public RunState observe(RunName name) {
    return taken.contains(name) ? new RunState.Running() : new RunState.NotStarted();
  }

  @Override
  public RunOutcome await(RunName name) throws InterruptedException {
    new CountDownLatch(1).await();
    throw new AssertionError("nobody counts down");
  }

  @Override
  public void remove(RunName name) {
    taken.remove(name);
  }

  @Override
  public List<RunName> runs() {
    return List.copyOf(taken);
  }
}
