package modicum.jobcreator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A line to a server that counts what is sent over it. */
final class CountedLine implements AutoCloseable {
  private final URI server;
  private final ServerSocket door;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong sent = new AtomicLong();

  CountedLine(URI server) {
    this.server = server;
    try {
      this.door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  /** Bytes that the server was sent so far, with all that HTTP adds. */
  long sent() {
    return sent.get();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Socket target = new Socket(server.getHost(), server.getPort());
        open.add(client);
        open.add(target);
        Thread.ofVirtual().start(() -> carry(client, target, sent));
        Thread.ofVirtual().start(() -> carry(target, client, new AtomicLong()));
      } catch (IOException closed) {
        // The test is over.
      }
    }
  }

  private static void carry(Socket from, Socket to, AtomicLong counted) {
    byte[] piece = new byte[1 << 14];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        counted.addAndGet(n);
        out.write(piece, 0, n);
      }
    } catch (IOException closed) {
      // Both ends are closed.
    }
  }

  @Override
  public void close() {
    try {
      door.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
