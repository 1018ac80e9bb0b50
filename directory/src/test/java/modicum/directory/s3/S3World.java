package modicum.directory.s3;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/** An S3 server under test, and what can happen to what it stores. */
public interface S3World extends AutoCloseable {
  S3Settings settings();

  /** Puts other bytes in an object's place. */
  void change(Address owner, Bytes32 sha256, UnaryOperator<byte[]> change);

  /** Changes one byte. */
  default void spoil(Address owner, Bytes32 sha256) {
    change(
        owner,
        sha256,
        bytes -> {
          bytes[0] ^= 1;
          return bytes;
        });
  }

  /** Cuts off the second half. */
  default void truncate(Address owner, Bytes32 sha256) {
    change(owner, sha256, bytes -> Arrays.copyOf(bytes, bytes.length / 2));
  }

  void lose(Address owner, Bytes32 sha256);

  @Override
  void close();
}
