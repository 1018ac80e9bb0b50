package modicum.directory.s3;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/** An S3 server under test, and what can happen to what it stores. */
interface S3World extends AutoCloseable {
  S3Settings settings();

  /** Changes one byte. */
  void spoil(Address owner, Bytes32 sha256);

  /** Cuts off the second half. */
  void truncate(Address owner, Bytes32 sha256);

  void lose(Address owner, Bytes32 sha256);

  @Override
  void close();
}
