package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import modicum.executor.RunOutcome;
import modicum.executor.doctor.Trial;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sandbox inside gVisor: skipped where the engine does not know it. */
class GvisorTest extends DockerTest {
  private static final String RUNTIME = "runsc";

  @BeforeEach
  void takeGvisor() {
    boolean known =
        EngineProbe.look(Optional.empty(), DockerOptions.DEFAULT).runtimes().contains(RUNTIME);
    if (!known) {
      System.out.println("gVisor tests are skipped: the engine has no runtime " + RUNTIME);
    }
    assumeTrue(known, "skipped: the engine has no runtime " + RUNTIME);
    executor.close();
    executor = newExecutor(DockerOptions.DEFAULT.withRuntime(Optional.of(RUNTIME)));
  }

  @Test
  void aSmallJobRunsOrTheDoctorSaysWhyNot() throws Exception {
    RunOutcome outcome = run(shellRun("echo hello >/out/greeting"));
    Trial trial = Trial.on(executor, folder.resolve("trial"));

    // Whether a version of gVisor can be traced in differs; both must say the same of it.
    assertThat(trial.trouble().isEmpty())
        .as(outcome.explanation() + ": " + outcome.log() + " / " + trial)
        .isEqualTo(outcome.status() == ResultStatus.COMPLETED);
    System.out.println("gVisor: " + outcome.explanation() + " " + outcome.log() + " " + trial);
  }
}
