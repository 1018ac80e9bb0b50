package modicum.directory.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

/** On a real MinIO server. */
class MinioDirectoryTest extends S3DirectoryContract {
  @BeforeAll
  static void requireProgram() {
    assumeTrue(
        MinioWorld.program().isPresent(),
        "skipped: no minio program; `./modicum test` sets one up where Go is, or set MODICUM_MINIO");
  }

  @Override
  protected S3World server(Path folder) {
    return new MinioWorld(folder);
  }
}
