package modicum.executor.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.ExecutorContract;
import modicum.executor.RunName;
import modicum.executor.RunRequest;
import modicum.executor.Runs;
import modicum.protocol.job.JobSpec;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScriptedExecutorTest extends ExecutorContract {
  private ScriptedEngine engine;
  private Executor executor;

  @BeforeEach
  void makeEngine() {
    engine = new ScriptedEngine(folder.resolve("engine"));
    executor = new ScriptedExecutor(engine, Runs.OWNER);
  }

  @Override
  protected Executor restarted() {
    executor = new ScriptedExecutor(engine, Runs.OWNER);
    return executor;
  }

  @Override
  protected Executor executor() {
    return executor;
  }

  @Override
  protected RunRequest quickRun() {
    return Runs.request(Runs.job(Runs.someImage(), "answer"));
  }

  @Override
  protected RunRequest failingRun() {
    JobSpec job = Runs.job(Runs.someImage(), "fail");
    ScriptedOutcome failed = ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1);
    engine.script(
        job.digest(),
        request ->
            new ScriptedOutcome(failed.status(), failed.files(), 1, 1, 3, "", "exit code 3"));
    return Runs.request(job);
  }

  @Override
  protected RunRequest heldRun() {
    engine.holdRuns();
    return quickRun();
  }

  @Override
  protected void finish(RunName name) {
    engine.finish(name);
  }

  @Override
  protected int starts(RunName name) {
    return engine.starts(name);
  }

  @Test
  void anEngineThatIsDownAnswersNothing() {
    RunRequest request = quickRun();
    engine.goDown();
    assertThatThrownBy(() -> executor.start(request)).isInstanceOf(EngineUnavailable.class);

    engine.comeBack();
    executor.start(request);
    assertThat(engine.starts(request.name())).isOne();
  }

  @Test
  void anExecutorListsOnlyItsOwnersRuns() {
    executor.start(quickRun());

    assertThat(new ScriptedExecutor(engine, "somebody-else").runs()).isEmpty();
    assertThat(executor.runs()).hasSize(1);
  }
}
