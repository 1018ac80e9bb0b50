package modicum.directory.encryption;

import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import modicum.protocol.identity.AgeRecipient;

/**
 * Writes and reads age files with one X25519 recipient, whatever their size in constant memory.
 *
 * <p>Such a file's size follows from its content's. A file with another header is refused before it
 * is given to the library: with more recipients it could be made as long as someone likes.
 */
final class AgeFile {
  private static final byte[] VERSION = ascii("age-encryption.org/v1\n");
  private static final byte[] STANZA = ascii("-> X25519 ");
  private static final byte[] MAC = ascii("--- ");

  /** 32 bytes in unpadded base 64. */
  private static final int ENCODED = 43;

  private static final int STANZA_END = VERSION.length + STANZA.length + ENCODED;
  private static final int BODY_END = STANZA_END + 1 + ENCODED;
  private static final int MAC_START = BODY_END + 1;
  private static final int HEADER = MAC_START + MAC.length + ENCODED + 1;
  private static final int NONCE = 16;
  private static final int CHUNK = 1 << 16;
  private static final int TAG = 16;

  private AgeFile() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The size of the file that holds a content, bytes.
   *
   * @param content bytes; at most 2^62
   */
  static long sizeOf(long content) {
    if (content < 0 || content > 1L << 62) {
      throw new IllegalArgumentException("no content has " + content + " bytes");
    }
    long chunks = Math.max(1, Math.ceilDiv(content, (long) CHUNK));
    return HEADER + NONCE + content + chunks * TAG;
  }

  /**
   * Encrypts a stream to its end.
   *
   * @throws IllegalArgumentException nobody can have the recipient's key: its checksum is wrong
   */
  static void encrypt(InputStream content, OutputStream file, AgeRecipient recipient)
      throws IOException {
    byte[] buffer = new byte[CHUNK];
    try (WritableByteChannel channel = encrypting(file, recipient)) {
      for (int n = content.readNBytes(buffer, 0, CHUNK);
          n > 0;
          n = content.readNBytes(buffer, 0, CHUNK)) {
        writeAll(channel, ByteBuffer.wrap(buffer, 0, n));
      }
    }
  }

  private static WritableByteChannel encrypting(OutputStream file, AgeRecipient recipient)
      throws IOException {
    try {
      return new StandardEncryptingChannelFactory()
          .newEncryptingChannel(
              Channels.newChannel(file),
              List.of(
                  X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient.text())));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("nothing can be encrypted to " + recipient, e);
    }
  }

  private static void writeAll(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  static byte[] encrypt(byte[] content, AgeRecipient recipient) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      encrypt(new ByteArrayInputStream(content), file, recipient);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return file.toByteArray();
  }

  /** Whether something can be encrypted to a recipient, so that there may be a key to it. */
  static boolean isUsable(AgeRecipient recipient) {
    try {
      encrypt(new byte[0], recipient);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Opens a file; every part of it is authenticated before it is handed out, its end included.
   *
   * @throws BadAgeFile it is none of ours, or the key does not open it; reading throws it, too
   */
  static InputStream open(InputStream file, AgeKey key) throws IOException {
    byte[] header = file.readNBytes(HEADER);
    requireOurs(header);
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(header), file);
    try {
      return new Decrypted(
          Channels.newInputStream(
              new StandardDecryptingChannelFactory()
                  .newDecryptingChannel(
                      Channels.newChannel(whole),
                      List.of(
                          X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(
                              key.secret())))));
    } catch (UncheckedIOException ownTrouble) {
      throw ownTrouble;
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw new BadAgeFile("the key does not open it", e);
    }
  }

  /**
   * The content of a small file.
   *
   * @param maximumSize bytes; a longer content is refused
   */
  static byte[] open(byte[] file, AgeKey key, int maximumSize) throws BadAgeFile {
    try (InputStream content = open(new ByteArrayInputStream(file), key)) {
      byte[] bytes = content.readNBytes(maximumSize);
      if (content.read() >= 0) {
        throw new BadAgeFile("it holds more than " + maximumSize + " bytes");
      }
      return bytes;
    } catch (BadAgeFile e) {
      throw e;
    } catch (IOException e) {
      throw new BadAgeFile("it is cut off or was changed", e);
    }
  }

  private static void requireOurs(byte[] header) throws BadAgeFile {
    boolean ours =
        header.length == HEADER
            && isAt(header, 0, VERSION)
            && isAt(header, VERSION.length, STANZA)
            && isAt(header, MAC_START, MAC)
            && isNextLineEndAt(header, VERSION.length, STANZA_END)
            && isNextLineEndAt(header, STANZA_END + 1, BODY_END)
            && isNextLineEndAt(header, MAC_START, HEADER - 1);
    if (!ours) {
      throw new BadAgeFile("it is no age file with one X25519 recipient");
    }
  }

  private static boolean isAt(byte[] bytes, int from, byte[] wanted) {
    return Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length);
  }

  private static boolean isNextLineEndAt(byte[] bytes, int from, int at) {
    for (int i = from; i < at; i++) {
      if (bytes[i] == '\n') {
        return false;
      }
    }
    return bytes[at] == '\n';
  }

  /** The library fails in several ways where a file was changed; here they are one. */
  private static final class Decrypted extends InputStream {
    private final InputStream content;

    Decrypted(InputStream content) {
      this.content = content;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return content.read(buffer, offset, length);
      } catch (UncheckedIOException ownTrouble) {
        throw ownTrouble;
      } catch (IOException | RuntimeException e) {
        throw new BadAgeFile("it is cut off or was changed", e);
      }
    }

    @Override
    public void close() throws IOException {
      content.close();
    }
  }
}
