package modicum.protocol.match;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import modicum.protocol.identity.Address;

/** The table of section 6: from where to where, by whom, and on which side of the deadline. */
public enum Transition {
  POST_RESULT(
      Stage.AWAITING_RESULT,
      Stage.AWAITING_REACTION,
      Actor.RESOURCE_PROVIDER,
      Timing.UNTIL_DEADLINE,
      Optional.empty()),
  CLOSE_RESULT_OVERDUE(
      Stage.AWAITING_RESULT,
      Stage.CLOSED,
      Actor.ANYONE,
      Timing.AFTER_DEADLINE,
      Optional.of(ClosingReason.RESULT_OVERDUE)),
  ACCEPT_RESULT(
      Stage.AWAITING_REACTION,
      Stage.CLOSED,
      Actor.JOB_CREATOR,
      Timing.UNTIL_DEADLINE,
      Optional.of(ClosingReason.ACCEPTED)),
  REJECT_RESULT(
      Stage.AWAITING_REACTION,
      Stage.IN_MEDIATION,
      Actor.JOB_CREATOR,
      Timing.UNTIL_DEADLINE,
      Optional.empty()),
  CLOSE_BY_SILENCE(
      Stage.AWAITING_REACTION,
      Stage.CLOSED,
      Actor.ANYONE,
      Timing.AFTER_DEADLINE,
      Optional.of(ClosingReason.ACCEPTED_BY_SILENCE)),
  POST_VERDICT(
      Stage.IN_MEDIATION,
      Stage.CLOSED,
      Actor.MEDIATOR,
      Timing.UNTIL_DEADLINE,
      Optional.of(ClosingReason.MEDIATED)),
  CLOSE_MEDIATION_OVERDUE(
      Stage.IN_MEDIATION,
      Stage.CLOSED,
      Actor.ANYONE,
      Timing.AFTER_DEADLINE,
      Optional.of(ClosingReason.MEDIATION_OVERDUE));

  /** Who may take a transition. */
  public enum Actor {
    JOB_CREATOR(terms -> Optional.of(terms.jobCreator())),
    RESOURCE_PROVIDER(terms -> Optional.of(terms.resourceProvider())),
    MEDIATOR(terms -> Optional.of(terms.mediator())),
    ANYONE(terms -> Optional.empty());

    private final Function<Terms, Optional<Address>> entitled;

    Actor(Function<Terms, Optional<Address>> entitled) {
      this.entitled = entitled;
    }

    /** The only account that may; empty where anyone may. */
    public Optional<Address> entitled(Terms terms) {
      return entitled.apply(terms);
    }
  }

  /** On which side of the stage's deadline; the deadline itself still counts as before. */
  public enum Timing {
    UNTIL_DEADLINE,
    AFTER_DEADLINE
  }

  private final Stage from;
  private final Stage to;
  private final Actor actor;
  private final Timing timing;
  private final Optional<ClosingReason> closingReason;

  Transition(
      Stage from, Stage to, Actor actor, Timing timing, Optional<ClosingReason> closingReason) {
    this.from = from;
    this.to = to;
    this.actor = actor;
    this.timing = timing;
    this.closingReason = closingReason;
  }

  /** The one transition that closes a match in this way. */
  public static Transition closingWith(ClosingReason reason) {
    return Arrays.stream(values())
        .filter(t -> t.closingReason.filter(reason::equals).isPresent())
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing closes with " + reason));
  }

  public Stage from() {
    return from;
  }

  public Stage to() {
    return to;
  }

  public Actor actor() {
    return actor;
  }

  public Timing timing() {
    return timing;
  }

  public Optional<ClosingReason> closingReason() {
    return closingReason;
  }
}
