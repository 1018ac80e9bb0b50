package modicum.directory.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.directory.uptime.Beat;
import modicum.directory.uptime.UptimeChain;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Signer;

/**
 * The beats of a directory in memory, one a second while it is up: they are made when someone
 * looks. It can be told to write its past anew.
 */
final class BeatingHeart {
  private static final long PERIOD = 1;

  private Signer signer;
  private final UptimeChain chain;
  private List<Beat> beats = new ArrayList<>();
  private List<Bytes32> hashes = new ArrayList<>();

  BeatingHeart(Address directory, long began) {
    this.chain = new UptimeChain(directory, began, PERIOD, Optional.empty());
    this.signer = unsigned(directory);
    beat(began);
  }

  private static Signer unsigned(Address directory) {
    return new Signer() {
      @Override
      public Address address() {
        return directory;
      }

      @Override
      public Signature sign(Bytes32 hash) {
        return Signature.NONE;
      }
    };
  }

  void signBy(Signer directory) {
    signer = directory;
  }

  /** It was up all the time until now. */
  void beatUntil(long now) {
    for (long time = beats.getLast().time() + PERIOD; time <= now; time += PERIOD) {
      beat(time);
    }
  }

  void beat(long time) {
    if (beats.isEmpty() || time > beats.getLast().time()) {
      Bytes32 previous = beats.isEmpty() ? chain.id() : hashes.getLast();
      Beat beat = new Beat(beats.size() + 1L, time, Optional.empty());
      beats.add(beat);
      hashes.add(UptimeHead.signed(signer, chain, beat, previous).hash());
    }
  }

  /** As if it had been up since a time, whatever it said before. */
  void rewriteSince(long time, long now) {
    List<Beat> kept = beats.stream().filter(b -> b.time() < time).toList();
    beats = new ArrayList<>(kept);
    hashes = new ArrayList<>(hashes.subList(0, kept.size()));
    for (long t = Math.max(time, chain.began()); t <= now; t += PERIOD) {
      beat(t);
    }
  }

  UptimeHead head() {
    return head(beats.size());
  }

  private UptimeHead head(int number) {
    return UptimeHead.signed(signer, chain, beats.get(number - 1), previous(number));
  }

  private Bytes32 previous(int number) {
    return number == 1 ? chain.id() : hashes.get(number - 2);
  }

  UptimeRecord record(long from, long to) {
    int first = 1;
    int last = beats.size();
    for (Beat beat : beats) {
      first = beat.time() < from ? (int) beat.number() : first;
      last = beat.time() > to ? Math.min(last, (int) beat.number()) : last;
    }
    return new UptimeRecord(from, to, previous(first), beats.subList(first - 1, last), head(last));
  }
}
