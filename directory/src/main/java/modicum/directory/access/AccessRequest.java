package modicum.directory.access;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/** What a party asks of a directory. */
public sealed interface AccessRequest {
  /** To put an object into a name space. */
  record Write(Address owner) implements AccessRequest {}

  /** To read an object of a name space. */
  record Read(Address owner, Bytes32 sha256) implements AccessRequest {}

  /** To say where its result of a match is. */
  record AnnounceResult(MatchId match) implements AccessRequest {}

  /** To be told where a provider's result of a match is. */
  record FindResult(MatchId match, Address resourceProvider) implements AccessRequest {}

  /** To leave a note for another party of a match. */
  record LeaveNote(MatchId match, Address recipient) implements AccessRequest {}

  /** To read the note that one party of a match left for another. */
  record FindNote(MatchId match, Address sender, Address recipient) implements AccessRequest {}
}
