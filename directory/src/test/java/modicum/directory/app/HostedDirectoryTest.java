package modicum.directory.app;

import java.nio.file.Path;
import modicum.directory.s3.S3Fixture;
import modicum.directory.s3.S3World;

/** Over the embedded server. */
class HostedDirectoryTest extends HostedDirectoryContract {
  @Override
  protected S3World server(Path folder) {
    return new S3Fixture(folder);
  }
}
