package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;

class StartFailureTest {
  @Test
  void troubleOfTheMachineIsNobodysResult() {
    assertThat(StartFailure.status("write /var/lib/docker/x: no space left on device")).isEmpty();
    assertThat(StartFailure.status("unable to apply cgroup configuration: ...")).isEmpty();
  }

  @Test
  void whatACommandSaysIsNotTheMachinesWord() {
    assertThat(
            StartFailure.status(
                "OCI runtime create failed: exec: \\\"no space left\\\": executable file not found"))
        .contains(ResultStatus.JOB_DESCRIPTION_ERROR);
  }

  @Test
  void tooLittleMemoryToStartIsTooLittleMemory() {
    assertThat(StartFailure.status("container init was OOM-killed (memory limit too low?)"))
        .contains(ResultStatus.MEMORY_EXCEEDED);
  }
}
