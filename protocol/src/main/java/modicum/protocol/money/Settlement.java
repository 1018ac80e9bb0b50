package modicum.protocol.money;

/**
 * What each party is credited when a match closes, wei (section 5). Together it is what both sides
 * had locked: the solver was paid when the match was made.
 */
public record Settlement(
    Wei jobCreator, Wei resourceProvider, Wei mediator, Wei directory, Wei sink) {
  public Wei total() {
    return jobCreator.plus(resourceProvider).plus(mediator).plus(directory).plus(sink);
  }
}
