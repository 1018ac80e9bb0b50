package modicum.executor.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The last part of what a job wrote to its standard output and error. */
final class JobLog {
  private static final int LINES = 2000;
  private static final int BYTES = 1 << 14;
  private static final int PATIENCE_SECONDS = 20;

  private JobLog() {}

  /** Reads it; a log that cannot be read is no reason to lose a result. */
  static String tail(Engine engine, String containerName) throws InterruptedException {
    Tail tail = new Tail();
    try {
      engine
          .ask(
              c ->
                  c.logContainerCmd(containerName)
                      .withStdOut(true)
                      .withStdErr(true)
                      .withTail(LINES)
                      .exec(tail))
          .awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (DockerException e) {
      return "(the engine has no log: " + Engine.oneLine(e) + ")";
    }
    return tail.text();
  }

  private static final class Tail extends ResultCallback.Adapter<Frame> {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public synchronized void onNext(Frame frame) {
      bytes.writeBytes(frame.getPayload());
      if (bytes.size() > 2 * BYTES) {
        byte[] last = last();
        bytes.reset();
        bytes.writeBytes(last);
      }
    }

    synchronized String text() {
      return new String(last(), StandardCharsets.UTF_8);
    }

    private byte[] last() {
      byte[] all = bytes.toByteArray();
      return Arrays.copyOfRange(all, Math.max(0, all.length - BYTES), all.length);
    }
  }
}
