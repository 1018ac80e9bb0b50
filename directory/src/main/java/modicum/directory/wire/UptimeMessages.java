package modicum.directory.wire;

import java.util.List;
import java.util.Optional;
import modicum.directory.SeenBlock;
import modicum.directory.uptime.Beat;
import modicum.directory.uptime.BeatText;
import modicum.directory.uptime.UptimeChain;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.wire.Messages.Chain;
import modicum.directory.wire.Messages.Head;
import modicum.directory.wire.Messages.Uptime;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;

/**
 * Records of availability as messages and back. What is read is checked but for the signature; what
 * is not as it should be is an IllegalArgumentException.
 */
public final class UptimeMessages {
  private UptimeMessages() {}

  public static Head of(UptimeHead head) {
    Optional<SeenBlock> block = head.beat().block();
    return new Head(
        of(head.chain()),
        head.beat().number(),
        head.beat().time(),
        block.map(SeenBlock::number).orElse(null),
        block.map(b -> b.hash().toHex()).orElse(null),
        head.previous().toHex(),
        head.signature().toString());
  }

  public static Uptime of(UptimeRecord record, boolean more) {
    return new Uptime(
        of(record.head().chain()),
        record.from(),
        record.to(),
        record.beats().getFirst().number(),
        record.before().toHex(),
        BeatText.of(record.beats()),
        record.head().signature().toString(),
        more);
  }

  private static Chain of(UptimeChain chain) {
    Optional<UptimeChain.Break> broken = chain.after();
    return new Chain(
        chain.directory().toString(),
        chain.began(),
        chain.period(),
        broken.map(b -> b.chain().toHex()).orElse(null),
        broken.map(UptimeChain.Break::number).orElse(null),
        broken.map(b -> b.hash().toHex()).orElse(null));
  }

  public static UptimeHead read(Head head) {
    Optional<SeenBlock> block =
        head.block() == null
            ? Optional.empty()
            : Optional.of(new SeenBlock(head.block(), Bytes32.fromHex(required(head.blockHash()))));
    return new UptimeHead(
        read(required(head.chain())),
        new Beat(head.number(), head.time(), block),
        Bytes32.fromHex(required(head.previous())),
        Signature.fromHex(required(head.signature())));
  }

  /**
   * @param most beats that are taken
   */
  public static UptimeRecord read(Uptime uptime, int most) {
    UptimeChain chain = read(required(uptime.chain()));
    Bytes32 before = Bytes32.fromHex(required(uptime.before()));
    List<Beat> beats = BeatText.parse(required(uptime.beats()), uptime.first(), most);
    UptimeHead head =
        new UptimeHead(
            chain,
            beats.getLast(),
            UptimeRecord.previousOfLast(before, beats),
            Signature.fromHex(required(uptime.signature())));
    return new UptimeRecord(uptime.from(), uptime.to(), before, beats, head);
  }

  private static UptimeChain read(Chain chain) {
    Optional<UptimeChain.Break> broken =
        chain.brokenChain() == null
            ? Optional.empty()
            : Optional.of(
                new UptimeChain.Break(
                    Bytes32.fromHex(chain.brokenChain()),
                    required(chain.brokenAfter()),
                    Bytes32.fromHex(required(chain.brokenHash()))));
    return new UptimeChain(
        Address.fromHex(required(chain.directory())), chain.began(), chain.period(), broken);
  }

  private static <T> T required(T value) {
    if (value == null) {
      throw new IllegalArgumentException("something is missing");
    }
    return value;
  }
}
