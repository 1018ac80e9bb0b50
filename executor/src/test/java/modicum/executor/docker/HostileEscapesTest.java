package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.Runs;
import modicum.executor.image.ImageForge;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that try to get out, or past the process that supervises them. */
class HostileEscapesTest extends HostileTest {
  private static final Limits ROOM =
      new Limits(40_000, 256 * Runs.MEGABYTE, 5 * Runs.MEGABYTE, 100 * Runs.MEGABYTE);

  @ParameterizedTest
  @ValueSource(strings = {"escapes", "network", "clock", "supervisor"})
  void getsAwayWithNothing(String program) throws Exception {
    assertHeld(Runs.withLimits(programRun(program), ROOM));
  }

  /**
   * Where the engine starts a program in a folder that the image names, it may be one of its own.
   */
  @ParameterizedTest
  @ValueSource(strings = {"/proc/self/fd/7", "/proc/self/fd/8", "/proc/1/cwd", "/door", "/../.."})
  void aWorkingFolderIsNoDoor(String workingFolder) throws Exception {
    Path treasure = folder.resolve("neighbour").resolve("own");
    String up = "../../../../../../../../..";
    ImageForge.Layer layer = busybox().link("door", "/proc/self/fd/8");
    ImageForge forge =
        new ImageForge(imageFolder("door"))
            .layer(layer)
            .config("\"WorkingDir\":\"" + workingFolder + "\"");
    RunRequest request =
        Runs.request(
            Runs.job(
                load(forge), "/bin/sh", "-c", "pwd; cat " + up + treasure + "; ls " + up + "; :"));
    RunOutcome outcome = attack(request);

    assertThat(outcome.log()).doesNotContain("secret").doesNotContain("root");
    assertThat(outcome.status()).isIn(ResultStatus.COMPLETED, ResultStatus.JOB_DESCRIPTION_ERROR);
  }

  @Test
  void runsInTheWorkingFolderOfItsImage() throws Exception {
    ImageForge forge =
        new ImageForge(imageFolder("work"))
            .layer(busybox().folder("work"))
            .config("\"WorkingDir\":\"/work\"");

    assertThat(attack(Runs.request(Runs.job(load(forge), "/bin/pwd"))).log()).isEqualTo("/work\n");
  }

  /** Links in place of the folders that the engine mounts, to have it mount elsewhere. */
  @ParameterizedTest
  @ValueSource(strings = {"out", "in", "tmp", "sys", ".modicum", "dev", "proc", "etc"})
  void aLinkInPlaceOfAMountedFolderLeadsNowhere(String name) throws Exception {
    for (String target : new String[] {"/../../../../../../..", "/proc/1/root/tmp"}) {
      ImageForge forge =
          new ImageForge(imageFolder("link")).layer(busybox().link(name, target + folder));
      RunOutcome outcome;
      try {
        RunRequest request =
            Runs.request(Runs.job(load(forge), "/bin/sh", "-c", "echo x > /out/x; ls /; :"));
        outcome = attack(Runs.withWallClock(request, Duration.ofSeconds(10)));
      } catch (modicum.executor.BadImage refused) {
        assertThat(refused).hasMessageContaining("odd list of users");
        return;
      }
      assertThat(outcome.status())
          .as(outcome.explanation() + outcome.log())
          .isIn(
              ResultStatus.COMPLETED,
              ResultStatus.JOB_DESCRIPTION_ERROR,
              ResultStatus.EXCEPTION_OCCURRED);
    }
  }
}
