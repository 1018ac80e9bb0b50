package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.Runs;
import modicum.executor.doctor.EngineFacts;
import modicum.executor.doctor.Examination;
import modicum.executor.doctor.HealthReport;
import modicum.executor.doctor.HostFacts;
import modicum.executor.doctor.Need;
import modicum.executor.doctor.Trial;
import modicum.executor.metering.Calibration;
import modicum.executor.metering.Calibrator;
import modicum.executor.metering.ReferenceJob;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;

/** The reference job, and what is told by it of a machine, on a real engine. */
class CalibratorTest extends DockerTest {
  private static final long ROUNDS = 2_000_000;

  private EngineFacts facts() {
    return EngineProbe.look(Optional.empty(), DockerOptions.DEFAULT);
  }

  @Test
  void theReferenceJobComesToWhatItsCalculationComesToHere() throws Exception {
    ReferenceJob job = ReferenceJob.on(executor, folder.resolve("reference"));
    RunRequest request = Runs.request(job.spec(ROUNDS));

    RunOutcome outcome = run(request);

    assertThat(outcome.status()).as(outcome.explanation()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(ReferenceJob.sum(outcome.output())).contains(ReferenceJob.expected(ROUNDS));
    assertThat(ReferenceJob.expected(ROUNDS)).isNotEqualTo(ReferenceJob.expected(ROUNDS - 1));
  }

  @Test
  void measuresEachKindOfRunsAndLeavesNothingBehind() throws Exception {
    List<String> told = new ArrayList<>();
    Calibration calibration =
        new Calibrator(executor, folder.resolve("calibration"), 2, told::add).measure(2, ROUNDS);

    assertThat(calibration.quiet()).hasSize(2).allMatch(time -> time.compareTo(Duration.ZERO) > 0);
    assertThat(calibration.busy()).hasSize(2);
    assertThat(calibration.crowded()).hasSize(3);
    assertThat(calibration.timePerInstruction()).isPositive();
    assertThat(told).hasSize(5);
    assertThat(executor.runs()).isEmpty();
  }

  @Test
  void theDoctorFindsAMachineFitOnWhichASmallJobRuns() throws Exception {
    Trial trial = Trial.on(executor, folder.resolve("trial"));
    assertThat(trial.trouble()).isEmpty();

    HealthReport report =
        new Examination(
                facts(),
                HostFacts.of(stateFolder()),
                Need.ANYTHING,
                Optional.of(trial),
                Optional.empty())
            .report();

    assertThat(report.objections()).isEmpty();
    assertThat(report.isFit()).isTrue();
    assertThat(executor.runs()).isEmpty();
  }

  @Test
  void theDoctorSaysWhatTheEngineSaysWhenASmallJobDoesNotRun() throws Exception {
    executor.close();
    executor = newExecutor(DockerOptions.DEFAULT.withRuntime(Optional.of("no-such-runtime")));

    Trial trial = Trial.on(executor, folder.resolve("trial"));

    assertThat(trial.trouble().orElseThrow()).containsIgnoringCase("no-such-runtime");
  }

  @Test
  void anEngineSaysWhatItIs() {
    EngineFacts facts = facts();
    assertThat(facts.version()).isNotBlank();
    assertThat(facts.apiVersion()).matches("\\d+\\.\\d+");
    assertThat(facts.runtimes()).contains("runc");
    assertThat(facts.cpus()).isPositive();
    assertThat(facts.memory()).isPositive();
  }
}
