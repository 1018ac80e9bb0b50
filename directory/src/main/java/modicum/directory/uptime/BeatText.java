package modicum.directory.uptime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import modicum.directory.SeenBlock;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Text;

/**
 * Beats in a row as a short text: the seconds since the beat before, {@code +10}; how often that is
 * so, {@code +10*5}; and the block that a beat names, {@code +10@123:<hash>}. The first beat's time
 * is since 1970.
 */
public final class BeatText {
  private static final Pattern STEP =
      Pattern.compile("\\+([0-9]{1,12})(?:\\*([0-9]{1,7})|@([0-9]{1,18}):([0-9a-f]{64}))?");

  private BeatText() {}

  public static String of(List<Beat> beats) {
    StringBuilder text = new StringBuilder();
    long last = 0;
    for (int i = 0; i < beats.size(); ) {
      Beat beat = beats.get(i);
      long step = beat.time() - last;
      text.append(i == 0 ? "+" : " +").append(step);
      int count = beat.block().isPresent() ? 1 : alike(beats, i, step);
      if (count > 1) {
        text.append('*').append(count);
      }
      beat.block()
          .ifPresent(b -> text.append('@').append(b.number()).append(':').append(b.hash().toHex()));
      i += count;
      last = beats.get(i - 1).time();
    }
    return text.toString();
  }

  private static int alike(List<Beat> beats, int first, long step) {
    int end = first + 1;
    while (end < beats.size()
        && beats.get(end).block().isEmpty()
        && beats.get(end).time() - beats.get(end - 1).time() == step) {
      end++;
    }
    return end - first;
  }

  /**
   * @param first number of the first beat
   * @param most how many beats are taken
   * @throws IllegalArgumentException it is no such text, or of more beats
   */
  public static List<Beat> parse(String text, long first, int most) {
    List<Beat> beats = new ArrayList<>();
    long time = 0;
    for (String token : text.split(" ", -1)) {
      Matcher step = STEP.matcher(token);
      if (!step.matches()) {
        throw new IllegalArgumentException("no beat: " + Text.shown(token));
      }
      long count = step.group(2) == null ? 1 : Long.parseLong(step.group(2));
      if (count < 1 || count > most - beats.size()) {
        throw new IllegalArgumentException("more than " + most + " beats; ask for a shorter range");
      }
      for (long i = 0; i < count; i++) {
        time += Long.parseLong(step.group(1));
        beats.add(new Beat(first + beats.size(), time, block(step)));
      }
    }
    return beats;
  }

  private static Optional<SeenBlock> block(Matcher step) {
    return step.group(3) == null
        ? Optional.empty()
        : Optional.of(new SeenBlock(Long.parseLong(step.group(3)), Bytes32.fromHex(step.group(4))));
  }
}
