package modicum.mediator;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.match.Verdict;
import modicum.protocol.result.Usage;

/**
 * What is to be posted.
 *
 * @param evidence SHA-256 of the evidence file
 */
record VerdictRecord(Verdict verdict, Usage usage, Bytes32 evidence) {}
