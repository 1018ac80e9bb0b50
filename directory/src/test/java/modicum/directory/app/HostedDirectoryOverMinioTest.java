package modicum.directory.app;

import java.nio.file.Path;
import modicum.directory.s3.MinioWorld;
import modicum.directory.s3.S3World;
import org.junit.jupiter.api.BeforeAll;

/** Over a real MinIO server. */
class HostedDirectoryOverMinioTest extends HostedDirectoryContract {
  @BeforeAll
  static void requireProgram() {
    MinioWorld.require();
  }

  @Override
  protected S3World server(Path folder) {
    return new MinioWorld(folder);
  }
}
