package modicum.directory.s3;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

/** On a real MinIO server. */
class MinioDirectoryTest extends S3DirectoryContract {
  @BeforeAll
  static void requireProgram() {
    MinioWorld.require();
  }

  @Override
  protected S3World server(Path folder) {
    return new MinioWorld(folder);
  }
}
