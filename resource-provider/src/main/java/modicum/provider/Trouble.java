package modicum.provider;

/**
 * Why a match does not get on.
 *
 * @param since block time at which it began, seconds since 1970
 * @param why one line for people
 */
public record Trouble(Kind kind, long since, String why) {
  /** What the directory does, or the job creator does not. */
  public enum Kind {
    /** It does not answer. */
    UNREACHABLE,

    /** It answers, and will not serve us. */
    REFUSED,

    /** It answers that it does not have the job. */
    NOT_FOUND,

    /** The job is encrypted, and its job creator was asked for the key and has not answered. */
    KEY_MISSING
  }
}
