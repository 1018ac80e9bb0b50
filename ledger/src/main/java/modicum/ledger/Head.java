package modicum.ledger;

import modicum.protocol.encoding.Bytes32;

/**
 * A block.
 *
 * @param time block time, seconds since 1970: the only clock that deadlines are judged by
 */
public record Head(long number, Bytes32 hash, long time) {}
