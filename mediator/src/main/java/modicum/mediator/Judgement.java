package modicum.mediator;

import modicum.protocol.match.Verdict;

/**
 * A verdict and what it is based on.
 *
 * @param why one line for people
 */
public record Judgement(Verdict verdict, String why) {}
