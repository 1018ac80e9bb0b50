package modicum.executor.docker;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import modicum.executor.RunName;
import modicum.executor.RunRequest;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;

/**
 * What must be known of a run to judge it, kept as labels of its container, so that an agent that
 * was restarted judges by the terms that the run was started with.
 */
record RunTerms(RunName name, Limits limits, long timePerInstruction, Duration wallClock) {
  static final String OWNER = "modicum.owner";
  static final String MATCH = "modicum.match";
  static final String ATTEMPT = "modicum.attempt";
  private static final String INSTRUCTIONS = "modicum.limit.instructions";
  private static final String MEMORY = "modicum.limit.memory";
  private static final String STORAGE = "modicum.limit.storage";
  private static final String BANDWIDTH = "modicum.limit.bandwidth";
  private static final String TIME_PER_INSTRUCTION = "modicum.time-per-instruction";
  private static final String WALL_CLOCK = "modicum.wall-clock";

  static RunTerms of(RunRequest request) {
    return new RunTerms(
        request.name(), request.limits(), request.timePerInstruction(), request.wallClock());
  }

  Map<String, String> toLabels() {
    Map<String, String> labels = new TreeMap<>();
    labels.put(OWNER, name.owner());
    labels.put(MATCH, name.match().toHex());
    labels.put(ATTEMPT, Integer.toString(name.attempt()));
    labels.put(INSTRUCTIONS, Long.toString(limits.instructions()));
    labels.put(MEMORY, Long.toString(limits.memory()));
    labels.put(STORAGE, Long.toString(limits.storage()));
    labels.put(BANDWIDTH, Long.toString(limits.bandwidth()));
    labels.put(TIME_PER_INSTRUCTION, Long.toString(timePerInstruction));
    labels.put(WALL_CLOCK, wallClock.toString());
    return labels;
  }

  static RunTerms fromLabels(Map<String, String> labels) {
    return new RunTerms(
        new RunName(
            labels.get(OWNER),
            MatchId.fromHex(labels.get(MATCH)),
            Integer.parseInt(labels.get(ATTEMPT))),
        new Limits(
            Long.parseLong(labels.get(INSTRUCTIONS)),
            Long.parseLong(labels.get(MEMORY)),
            Long.parseLong(labels.get(STORAGE)),
            Long.parseLong(labels.get(BANDWIDTH))),
        Long.parseLong(labels.get(TIME_PER_INSTRUCTION)),
        Duration.parse(labels.get(WALL_CLOCK)));
  }

  /** CPU time as instructions, rounded up: a started instruction counts. */
  long instructions(Duration cpuTime) {
    return Math.ceilDiv(cpuTime.toNanos(), timePerInstruction);
  }
}
