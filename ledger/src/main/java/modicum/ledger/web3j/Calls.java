package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.Optional;
import modicum.protocol.identity.Address;
import org.web3j.protocol.core.methods.request.Transaction;

/** Calls as nodes are asked to try them, without sending. */
final class Calls {
  private Calls() {}

  static Transaction transaction(
      Address from, Optional<Address> to, String data, BigInteger value) {
    return new Transaction(
        from.toString(), null, null, null, to.map(Address::toString).orElse(null), value, data);
  }
}
