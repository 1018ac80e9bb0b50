package modicum.executor.scripted;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import modicum.protocol.result.ResultStatus;

/**
 * What a scripted run comes to.
 *
 * @param files of the output, by path; only looked at when the status is Completed
 * @param peakMemory bytes
 */
public record ScriptedOutcome(
    ResultStatus status,
    SortedMap<String, byte[]> files,
    long instructions,
    long peakMemory,
    int exitCode,
    String log,
    String explanation) {
  private static final long SOME_MEMORY = 10_000_000;

  /** A run that completes with one text file per entry. */
  public static ScriptedOutcome completed(Map<String, String> files, long instructions) {
    SortedMap<String, byte[]> bytes = new TreeMap<>();
    files.forEach((path, text) -> bytes.put(path, text.getBytes(StandardCharsets.UTF_8)));
    return new ScriptedOutcome(
        ResultStatus.COMPLETED, bytes, instructions, SOME_MEMORY, 0, "", "completed");
  }

  /** A run that ends badly. */
  public static ScriptedOutcome ended(ResultStatus status, long instructions) {
    return new ScriptedOutcome(
        status, new TreeMap<>(), instructions, SOME_MEMORY, 1, "", "scripted: " + status);
  }
}
