package modicum.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import modicum.directory.image.ImageLayout;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every executor does, the real one and its twin. */
public abstract class ExecutorContract {
  @TempDir protected Path folder;

  /** An executor as a freshly started agent would have it, over what was there before. */
  protected abstract Executor restarted();

  protected abstract Executor executor();

  /** A job that writes {@code 42} and a newline into {@code out.txt}. */
  protected abstract RunRequest quickRun();

  /** A job that ends with exit code 3. */
  protected abstract RunRequest failingRun();

  /** A job like the quick one, that waits for {@link #finish}. */
  protected abstract RunRequest heldRun();

  protected abstract void finish(RunName name);

  /** How often this run was really started, whoever asked. */
  protected abstract int starts(RunName name);

  @Test
  void runsAJobAndHandsOverItsOutput() throws Exception {
    RunRequest request = quickRun();
    executor().start(request);

    RunOutcome outcome = executor().await(request.name());

    assertThat(outcome.status()).as(outcome.explanation()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output())
        .isEqualTo(
            new Manifest(List.of(ManifestEntry.file("out.txt", 0644, Sha256.ofUtf8("42\n")))));
    assertThat(outcome.outputFolder().resolve("out.txt")).hasContent("42\n");
    assertThat(outcome.instructions()).isPositive();
  }

  @Test
  void twoRunsOfOneJobHaveTheSameDigest() throws Exception {
    RunRequest first = quickRun();
    RunRequest second = quickRun();
    executor().start(first);
    executor().start(second);

    assertThat(executor().await(first.name()).output().digest())
        .isEqualTo(executor().await(second.name()).output().digest());
  }

  @Test
  void aFailedJobHasAStatusAndNoOutput() throws Exception {
    RunRequest request = failingRun();
    executor().start(request);

    RunOutcome outcome = executor().await(request.name());

    assertThat(outcome.status()).isEqualTo(ResultStatus.EXCEPTION_OCCURRED);
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.output()).isEqualTo(Manifest.EMPTY);
  }

  @Test
  void aRunIsNotStartedThenRunningThenEnded() throws Exception {
    RunRequest request = heldRun();
    assertThat(executor().observe(request.name())).isInstanceOf(RunState.NotStarted.class);

    assertThat(executor().start(request)).isInstanceOf(RunState.Running.class);
    assertThat(executor().observe(request.name())).isInstanceOf(RunState.Running.class);

    finish(request.name());
    RunOutcome outcome = executor().await(request.name());
    assertThat(executor().observe(request.name())).isEqualTo(new RunState.Ended(outcome));
  }

  @Test
  void startingTwiceIsStartingOnce() throws Exception {
    RunRequest request = heldRun();
    executor().start(request);
    executor().start(request);
    finish(request.name());
    RunOutcome outcome = executor().await(request.name());

    assertThat(executor().start(request)).isEqualTo(new RunState.Ended(outcome));
    assertThat(starts(request.name())).isOne();
  }

  @Test
  void aRestartedAgentFindsItsRunAndItsOutcome() throws Exception {
    RunRequest request = heldRun();
    executor().start(request);

    Executor second = restarted();
    assertThat(second.start(request)).isInstanceOf(RunState.Running.class);
    finish(request.name());
    RunOutcome outcome = second.await(request.name());
    assertThat(outcome.status()).as(outcome.explanation()).isEqualTo(ResultStatus.COMPLETED);

    assertThat(restarted().observe(request.name())).isEqualTo(new RunState.Ended(outcome));
    assertThat(starts(request.name())).isOne();
  }

  @Test
  void aRemovedRunWasNeverThere() throws Exception {
    RunRequest request = quickRun();
    executor().start(request);
    RunOutcome outcome = executor().await(request.name());
    assertThat(executor().runs()).contains(request.name());

    executor().remove(request.name());
    executor().remove(request.name());

    assertThat(executor().observe(request.name())).isInstanceOf(RunState.NotStarted.class);
    assertThat(executor().runs()).doesNotContain(request.name());
    assertThat(outcome.outputFolder()).doesNotExist();
  }

  @Test
  void aRunThatIsGoingOnCanBeRemoved() {
    RunRequest request = heldRun();
    executor().start(request);

    executor().remove(request.name());

    assertThat(executor().observe(request.name())).isInstanceOf(RunState.NotStarted.class);
    assertThat(executor().runs()).doesNotContain(request.name());
  }

  @Test
  void nobodyWaitsForARunThatWasNotStarted() {
    assertThatThrownBy(() -> executor().await(Runs.name()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start it first");
  }

  @Test
  void hasAnImageOnceItIsLoaded() throws Exception {
    TinyImage image = TinyImage.write(folder);
    executor().loadImage(image.reference(), image.layout());

    assertThat(executor().hasImage(image.reference().id())).isTrue();
    assertThat(executor().layersOf(image.reference().id()).orElseThrow())
        .isEqualTo(
            new ImageLayout(image.layout())
                .manifest(image.reference().manifest())
                .orElseThrow()
                .diffIds());
    assertThat(executor().hasImage(Sha256.ofUtf8("no image").sha256())).isFalse();
  }

  @Test
  void refusesAnotherImage() {
    TinyImage image = TinyImage.write(folder);
    Bytes32 other = Sha256.ofUtf8("another").sha256();
    ImageReference right = image.reference();

    assertThatThrownBy(
            () ->
                executor()
                    .loadImage(
                        new ImageReference(right.manifest(), other, right.baseLayer()),
                        image.layout()))
        .isInstanceOf(BadImage.class)
        .hasMessageContaining("holds image");
    assertThatThrownBy(
            () ->
                executor()
                    .loadImage(
                        new ImageReference(right.manifest(), right.id(), other), image.layout()))
        .isInstanceOf(BadImage.class)
        .hasMessageContaining("base layer");
    assertThat(executor().hasImage(other)).isFalse();
  }

  @Test
  void refusesWhatIsNoImage() throws Exception {
    byte[] noise = "noise".repeat(1000).getBytes(StandardCharsets.UTF_8);
    ImageLayout layout = new ImageLayout(folder.resolve("noise"));
    ImageReference reference = new ImageReference(layout.write(noise), Bytes32.ZERO, Bytes32.ZERO);

    assertThatThrownBy(() -> executor().loadImage(reference, layout.folder()))
        .isInstanceOf(BadImage.class)
        .hasMessageContaining("not an image's manifest");
  }

  @Test
  void takesAnImageWithoutTheLayersThatItHas() throws Exception {
    TinyImage first = TinyImage.write(folder);
    executor().loadImage(first.reference(), first.layout());
    TinyImage second = TinyImage.write(folder, "id");
    Bytes32 shared = second.reference().baseLayer();
    assertThat(executor().missingLayers(List.of(shared))).isEmpty();
    assertThat(executor().missingLayers(List.of(Bytes32.ZERO, shared)))
        .containsExactly(Bytes32.ZERO, shared);
    Files.delete(new ImageLayout(second.layout()).blob(shared));

    executor().loadImage(second.reference(), second.layout());

    assertThat(executor().hasImage(second.reference().id())).isTrue();
  }
}
