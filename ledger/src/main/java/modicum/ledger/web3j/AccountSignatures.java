package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.List;
import modicum.ledger.LedgerUnavailable;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureCheck;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthCall;

/**
 * Tells whether an account signed, as the market's contract would: by the account's key, or else by
 * asking the account, where it is a contract (ERC-1271). Such a contract may change its mind, so
 * the answer is of the newest block.
 *
 * <p>Thread-safe.
 */
public final class AccountSignatures implements SignatureCheck {
  /** The beginning of isValidSignature(bytes32,bytes), which is also its answer for yes. */
  private static final String SELECTOR = "0x1626ba7e";

  private static final String YES = SELECTOR + "0".repeat(2 * (Bytes32.SIZE - 4));

  /**
   * Gas. Enough for many owners' signatures in a row; one that burns more is told no. It also
   * bounds how long its answer can be.
   */
  private static final BigInteger MOST_GAS = BigInteger.valueOf(1_000_000);

  private final Web3jSignatures keys = new Web3jSignatures();
  private final RpcNode node;
  private final Address market;

  /**
   * @param market the contract for which the signatures are made: accounts are asked in its name
   */
  public AccountSignatures(RpcNode node, Address market) {
    this.node = node;
    this.market = market;
  }

  /**
   * @throws LedgerUnavailable when the account may be a contract and the node does not answer
   */
  @Override
  public boolean isSignedBy(Address account, Bytes32 hash, Signature signature) {
    return keys.isSignedBy(account, hash, signature) || saysYes(account, hash, signature);
  }

  /** Whatever else it does, it does not say yes; an account without code answers nothing. */
  private boolean saysYes(Address account, Bytes32 hash, Signature signature) {
    EthCall answer =
        node.ask(
            node.web3j()
                .ethCall(question(account, hash, signature), DefaultBlockParameterName.LATEST));
    String value = answer.hasError() ? null : answer.getValue();
    return value != null && value.regionMatches(true, 0, YES, 0, YES.length());
  }

  private Transaction question(Address account, Bytes32 hash, Signature signature) {
    Function isValidSignature =
        new Function(
            "isValidSignature",
            List.of(
                new org.web3j.abi.datatypes.generated.Bytes32(hash.toArray()),
                new DynamicBytes(signature.toArray())),
            List.of());
    return new Transaction(
        market.toString(),
        null,
        null,
        MOST_GAS,
        account.toString(),
        null,
        FunctionEncoder.encode(isValidSignature));
  }
}
