package modicum.directory.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the embedded server. */
class S3DirectoryTest extends S3DirectoryContract {
  @Override
  protected S3World server(Path folder) {
    return new S3Fixture(folder);
  }

  @Test
  void theKeySurvivesARestart(@TempDir Path fresh) {
    S3Settings first;
    try (S3Fixture server = new S3Fixture(fresh)) {
      first = server.settings();
    }
    try (S3Fixture again = new S3Fixture(fresh)) {
      assertThat(again.settings().secretKey()).isEqualTo(first.secretKey());
    }
  }

  @Test
  void theKeyIsForItsOwnerOnly(@TempDir Path fresh) throws Exception {
    try (S3Fixture server = new S3Fixture(fresh)) {
      assertThat(Files.getPosixFilePermissions(fresh.resolve("s3-key")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(server.settings().toString()).doesNotContain(server.settings().secretKey());
    }
  }
}
