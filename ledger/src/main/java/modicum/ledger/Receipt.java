package modicum.ledger;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.money.Wei;

/**
 * What a transaction cost.
 *
 * @param gasUsed gas
 * @param fee wei paid to the chain
 */
public record Receipt(Bytes32 transaction, long block, long gasUsed, Wei fee) {}
