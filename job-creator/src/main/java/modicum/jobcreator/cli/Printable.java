package modicum.jobcreator.cli;

/** Texts of other parties, made safe for a terminal. */
final class Printable {
  private Printable() {}

  static String text(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\\n]]", "?");
  }
}
