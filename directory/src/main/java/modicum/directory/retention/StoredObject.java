package modicum.directory.retention;

import java.time.Instant;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/**
 * An object as the storage lists it.
 *
 * @param size bytes
 * @param putAt by the storage's clock
 */
public record StoredObject(Address owner, Bytes32 sha256, long size, Instant putAt) {}
