package modicum.executor.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import modicum.executor.Executor;
import modicum.executor.ExecutorContract;
import modicum.executor.RunName;
import modicum.executor.RunRequest;
import modicum.executor.Runs;
import modicum.executor.TinyImage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract, kept by a real engine. */
class DockerExecutorTest extends ExecutorContract {
  private static final String ANSWER = "echo 42 > /out/out.txt";

  private DockerExecutor executor;
  private TinyImage image;
  private Path input;

  @BeforeEach
  void makeExecutor() throws Exception {
    DockerTest.assumeEngine();
    image = TinyImage.write(folder);
    input = Files.createDirectory(folder.resolve("input"));
    executor = newExecutor();
    executor.loadImage(image.reference(), image.layout());
  }

  @AfterEach
  void removeRuns() {
    if (executor != null) {
      executor.runs().forEach(executor::remove);
      executor.close();
    }
  }

  @Override
  protected Executor restarted() {
    executor.close();
    executor = newExecutor();
    return executor;
  }

  private DockerExecutor newExecutor() {
    return new DockerExecutor(Optional.empty(), folder.resolve("state"), DockerOptions.DEFAULT);
  }

  @Override
  protected Executor executor() {
    return executor;
  }

  @Override
  protected RunRequest quickRun() {
    return shell(ANSWER);
  }

  @Override
  protected RunRequest failingRun() {
    return shell("exit 3");
  }

  @Override
  protected RunRequest heldRun() {
    return Runs.withInput(shell("until [ -e /in/go ]; do usleep 20000; done; " + ANSWER), input);
  }

  @Override
  protected void finish(RunName name) {
    try {
      Files.createFile(input.resolve("go"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The engine restarts nothing by itself here, and its count of starts is what it did by order.
   */
  @Override
  protected int starts(RunName name) {
    return EngineEvents.starts(name);
  }

  private RunRequest shell(String script) {
    return Runs.request(Runs.job(image.reference(), "sh", "-c", script));
  }
}
