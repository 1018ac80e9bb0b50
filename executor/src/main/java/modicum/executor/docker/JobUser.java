package modicum.executor.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who a job is inside its sandbox: nobody in particular where the agent is root, and else the agent
 * itself, as only root can give files away.
 */
record JobUser(int userId, int groupId, boolean agentIsRoot) {
  private static final int NOBODY = 65534;

  static JobUser ofThisAgent() {
    Path self = Path.of("/proc/self");
    try {
      int userId = (int) Files.getAttribute(self, "unix:uid");
      int groupId = (int) Files.getAttribute(self, "unix:gid");
      return userId == 0 ? new JobUser(NOBODY, NOBODY, true) : new JobUser(userId, groupId, false);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell who this agent runs as", e);
    }
  }

  void own(Path path) throws IOException {
    if (agentIsRoot) {
      Files.setAttribute(path, "unix:uid", userId);
      Files.setAttribute(path, "unix:gid", groupId);
    }
  }

  @Override
  public String toString() {
    return userId + ":" + groupId;
  }
}
