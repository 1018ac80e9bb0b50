package modicum.executor.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names the likely cause of a difference by what was changed and by what the two files look like.
 * Pure.
 */
final class Diagnosis {
  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d+\\.\\d+([eE][-+]?\\d+)?");
  private static final Pattern TOKEN = Pattern.compile("[^\\s,;\\[\\](){}'\"]+");
  private static final Pattern HEX_ADDRESS = Pattern.compile("0x[0-9a-f]{6,}");
  private static final double ROUNDING = 1e-3;
  private static final int PNG_LENGTH = 4;
  private static final int TAR_MAGIC = 257;

  private final Optional<Factor> factor;
  private final boolean threads;
  private final byte[] first;
  private final byte[] second;
  private final int offset;

  /**
   * @param factor what was changed; empty where nothing was that the sandbox holds still
   * @param threads whether the job could have run several at a time
   * @param first the one file, or its beginning
   * @param offset where the two begin to differ
   */
  Diagnosis(Optional<Factor> factor, boolean threads, byte[] first, byte[] second, long offset) {
    this.factor = factor;
    this.threads = threads;
    this.first = first;
    this.second = second;
    this.offset = (int) Math.min(offset, Math.min(first.length, second.length));
  }

  LikelyCause cause() {
    if (factor.isEmpty()) {
      return ofNothingChanged();
    }
    return switch (factor.get()) {
      case CLOCK -> container().orElse(LikelyCause.DATE);
      case RANDOM -> sameInOtherOrder() ? LikelyCause.HASH_ORDER : LikelyCause.RANDOM_NUMBERS;
      case HASH_SEED -> LikelyCause.HASH_ORDER;
      case FOLDER_ORDER -> LikelyCause.FOLDER_ORDER;
      case ADDRESSES ->
          sameInOtherOrder() && !HEX_ADDRESS.matcher(text(first)).find()
              ? LikelyCause.HASH_ORDER
              : LikelyCause.ADDRESSES;
      case CPUS -> roundsDifferently() ? LikelyCause.REDUCTION_ORDER : LikelyCause.CPU_COUNT;
      case HOST_NAME -> LikelyCause.HOST_NAME;
    };
  }

  private LikelyCause ofNothingChanged() {
    if (roundsDifferently()) {
      return LikelyCause.REDUCTION_ORDER;
    }
    return threads ? LikelyCause.THREADS : LikelyCause.UNKNOWN;
  }

  /** By the format of the file and the place in it. */
  private Optional<LikelyCause> container() {
    if (startsWith("\u0089PNG\r\n")) {
      return chunkIsText() ? Optional.of(LikelyCause.PNG_DATE) : Optional.empty();
    }
    if (startsWith("PK\u0003\u0004")) {
      return Optional.of(LikelyCause.ZIP_TIMES);
    }
    if (startsWith("\u001f\u008b") && offset >= 4 && offset < 8) {
      return Optional.of(LikelyCause.GZIP_TIME);
    }
    if (startsWith("%PDF-")) {
      return Optional.of(LikelyCause.PDF_DATE);
    }
    if (first.length > TAR_MAGIC + 5
        && text(Arrays.copyOfRange(first, TAR_MAGIC, TAR_MAGIC + 5)).equals("ustar")) {
      return Optional.of(LikelyCause.TAR_TIMES);
    }
    return Optional.empty();
  }

  /** Whether the place is in a chunk that is not of pixels, or just behind one: its checksum. */
  private boolean chunkIsText() {
    int at = 8;
    while (at + 8 <= first.length) {
      int length =
          ((first[at] & 0xff) << 24)
              | ((first[at + 1] & 0xff) << 16)
              | ((first[at + 2] & 0xff) << 8)
              | (first[at + 3] & 0xff);
      String kind = text(Arrays.copyOfRange(first, at + PNG_LENGTH, at + 8));
      long end = at + 12L + Math.max(0, length);
      if (offset < end) {
        return !kind.equals("IDAT") && !kind.equals("IHDR") && !kind.equals("PLTE");
      }
      if (end > first.length) {
        return false;
      }
      at = (int) end;
    }
    return false;
  }

  private boolean sameInOtherOrder() {
    String one = text(first);
    String other = text(second);
    return first.length == second.length && sorted(one).equals(sorted(other));
  }

  private static String sorted(String text) {
    return String.join(
        "\n",
        TOKEN.matcher(text).results().map(java.util.regex.MatchResult::group).sorted().toList());
  }

  /** The same text but for last digits of numbers. */
  private boolean roundsDifferently() {
    String one = text(first);
    String other = text(second);
    if (!NUMBER.matcher(one).replaceAll("#").equals(NUMBER.matcher(other).replaceAll("#"))) {
      return false;
    }
    Matcher left = NUMBER.matcher(one);
    Matcher right = NUMBER.matcher(other);
    while (left.find() && right.find()) {
      double a = Double.parseDouble(left.group());
      double b = Double.parseDouble(right.group());
      if (Math.abs(a - b) > ROUNDING * Math.max(Math.abs(a), Math.abs(b))) {
        return false;
      }
    }
    return true;
  }

  private boolean startsWith(String magic) {
    return text(first).startsWith(magic);
  }

  /** Byte by byte, so that offsets stay what they are. */
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
