package modicum.directory.app;

import java.nio.file.Path;
import modicum.directory.s3.S3Fixture;
import modicum.directory.s3.S3World;

/** To the embedded server. */
class HostedUploadTest extends HostedUploadContract {
  @Override
  protected S3World server(Path folder) {
    return new S3Fixture(folder);
  }
}
