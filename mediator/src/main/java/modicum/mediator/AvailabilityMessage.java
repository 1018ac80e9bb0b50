package modicum.mediator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeSource;
import modicum.directory.wire.Messages.Uptime;
import modicum.directory.wire.UptimeMessages;
import modicum.mediator.probe.Probe;
import modicum.mediator.probe.ProbeMessage;
import modicum.protocol.encoding.Bytes32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What an evidence file says of a directory's availability. */
final class AvailabilityMessage {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A longer record is named by its head alone, characters. */
  private static final int LONGEST_RECORD = 256 << 10;

  private AvailabilityMessage() {}

  static void write(ObjectNode node, Availability availability) {
    Availability.Conclusion conclusion = availability.conclusion();
    node.put("from", availability.from());
    node.put("to", availability.to());
    node.put("conclusion", conclusion.uptime().name());
    node.put("why", conclusion.why());
    availability.record().ifPresent(record -> writeRecord(node, record));
    if (!availability.unproven().isEmpty()) {
      node.put("unproven", availability.unproven());
    }
    ArrayNode blocks = node.putArray("blocks");
    for (Availability.BlockTime block : availability.blocks()) {
      blocks
          .addObject()
          .put("number", block.number())
          .put("hash", block.hash().toHex())
          .put("time", block.time());
    }
    ArrayNode probes = node.putArray("probes");
    availability.probes().forEach(p -> probes.add(JSON.valueToTree(ProbeMessage.of(p))));
  }

  private static void writeRecord(ObjectNode node, UptimeRecord record) {
    Uptime message = UptimeMessages.of(record, false);
    if (message.beats().length() <= LONGEST_RECORD) {
      node.set("record", JSON.valueToTree(message));
    }
    node.set("recordHead", JSON.valueToTree(UptimeMessages.of(record.head())));
  }

  /** Empty where there is nothing, or no whole record. */
  static Optional<Availability> read(JsonNode node) {
    boolean complete = node.has("record") || node.has("unproven");
    if (!complete) {
      return Optional.empty();
    }
    Optional<UptimeRecord> record =
        node.has("record")
            ? Optional.of(
                UptimeMessages.read(
                    JSON.treeToValue(node.path("record"), Uptime.class), UptimeSource.MOST_BEATS))
            : Optional.empty();
    List<Availability.BlockTime> blocks = new ArrayList<>();
    for (JsonNode block : node.path("blocks")) {
      blocks.add(
          new Availability.BlockTime(
              block.path("number").asLong(),
              Bytes32.fromHex(block.path("hash").asString()),
              block.path("time").asLong()));
    }
    List<Probe> probes = new ArrayList<>();
    for (JsonNode probe : node.path("probes")) {
      probes.add(JSON.treeToValue(probe, ProbeMessage.class).read());
    }
    return Optional.of(
        new Availability(
            node.path("from").asLong(),
            node.path("to").asLong(),
            record,
            node.path("unproven").asString(""),
            blocks,
            probes));
  }
}
