package modicum.ledger.web3j;

import static modicum.ledger.web3j.Abi.code;
import static modicum.ledger.web3j.Abi.number;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import modicum.contracts.Modicum;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.money.MarketParameters;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;

/** Writes commands as calls of the contract. */
final class CommandEncoder {
  /**
   * @param data what the contract is called with, hexadecimal
   * @param value wei sent along
   */
  record Call(String data, BigInteger value) {}

  private final Modicum contract;
  private final boolean isPaidInToken;

  CommandEncoder(Web3j web3j, Address contract, MarketParameters parameters) {
    this.contract = binding(web3j, contract);
    this.isPaidInToken = parameters.paymentToken().isPresent();
  }

  /** The generated binding, to encode with and to read with; it cannot send. */
  static Modicum binding(Web3j web3j, Address contract) {
    return Modicum.load(
        contract.toString(),
        web3j,
        new ReadonlyTransactionManager(web3j, contract.toString()),
        new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO));
  }

  /**
   * @param match what is known of the match that the command is about, if it is about one
   */
  Call encode(Command command, MatchRecords.MatchRecord match) {
    BigInteger value =
        command instanceof Command.Deposit deposit && !isPaidInToken
            ? deposit.amount().value()
            : BigInteger.ZERO;
    return new Call(function(command, match).encodeFunctionCall(), value);
  }

  /** A deposit of the payment token that brings its approval along. */
  Call depositWithPermit(Command.Deposit deposit, PaymentToken.Permit permit) {
    byte[] signature = permit.signature().toArray();
    return new Call(
        contract
            .depositWithPermit(
                deposit.amount().value(),
                permit.deadline(),
                BigInteger.valueOf(signature[2 * Bytes32.SIZE]),
                Arrays.copyOf(signature, Bytes32.SIZE),
                Arrays.copyOfRange(signature, Bytes32.SIZE, 2 * Bytes32.SIZE))
            .encodeFunctionCall(),
        BigInteger.ZERO);
  }

  /** Many calls in one, each of which may use this much gas. */
  String batch(List<byte[]> calls, BigInteger gasPerCall) {
    return contract.batch(calls, gasPerCall).encodeFunctionCall();
  }

  private RemoteFunctionCall<?> function(Command command, MatchRecords.MatchRecord match) {
    return switch (command) {
      case Command.Deposit c -> contract.deposit(c.amount().value(), BigInteger.ZERO);
      case Command.Withdraw c -> contract.withdraw(c.amount().value());
      case Command.RegisterJobCreator c -> contract.registerJobCreator();
      case Command.RegisterResourceProvider c ->
          contract.registerResourceProvider(
              number(c.resourceProvider().architecture().code()),
              number(c.resourceProvider().timePerInstruction()));
      case Command.RegisterMediator c ->
          contract.registerMediator(
              number(c.mediator().architecture().code()),
              c.mediator().prices().instruction().value(),
              c.mediator().prices().bandwidth().value(),
              c.mediator().availabilityValue().value());
      case Command.RegisterDirectory c ->
          contract.registerDirectory(
              c.directory().availabilityValue().value(), c.directory().endpoint());
      case Command.SetTrust c ->
          contract.setTrust(
              code(c.kind()), c.subjects().stream().map(Bytes32::toArray).toList(), c.trusted());
      case Command.PostJobOffer c -> contract.postJobOffer(Abi.jobOffer(c.offer()));
      case Command.CancelJobOffer c -> contract.cancelJobOffer(Abi.jobOffer(c.offer()));
      case Command.PostResourceOffer c -> contract.postResourceOffer(Abi.resourceOffer(c.offer()));
      case Command.CancelResourceOffer c ->
          contract.cancelResourceOffer(Abi.resourceOffer(c.offer()));
      case Command.RaiseNonceFloor c -> contract.raiseNonceFloor(number(c.nonceFloor()));
      case Command.PostMatch c ->
          contract.postMatch(
              Abi.jobOffer(c.jobOffer()),
              c.jobOfferSignature().toArray(),
              Abi.resourceOffer(c.resourceOffer()),
              c.resourceOfferSignature().toArray(),
              c.mediator().toString());
      case Command.MatchCommand c -> matchCommand(c, match);
    };
  }

  private RemoteFunctionCall<?> matchCommand(
      Command.MatchCommand command, MatchRecords.MatchRecord match) {
    byte[] id = command.matchId().value().toArray();
    Modicum.Terms terms = match.terms().map(Abi::terms).orElseGet(Abi::noTerms);
    Modicum.Result result = match.result().map(Abi::result).orElseGet(Abi::noResult);
    return switch (command) {
      case Command.PostResult c -> contract.postResult(id, terms, Abi.result(c.result()));
      case Command.CloseWithAcceptance c ->
          contract.closeWithAcceptance(id, terms, Abi.result(c.result()), c.acceptance().toArray());
      case Command.AcceptResult c -> contract.acceptResult(id, terms, result);
      case Command.RejectResult c -> contract.rejectResult(id, terms, result, code(c.reason()));
      case Command.CloseBySilence c -> contract.closeBySilence(id, terms, result);
      case Command.CloseResultOverdue c -> contract.closeResultOverdue(id, terms);
      case Command.PostVerdict c ->
          contract.postVerdict(
              id,
              terms,
              result,
              code(c.verdict()),
              number(c.usage().instructions()),
              number(c.usage().bandwidth()),
              c.evidence().toArray());
      case Command.CloseMediationOverdue c -> contract.closeMediationOverdue(id, terms, result);
    };
  }

  /** Whether the contract wants to see the result of the match again. */
  static boolean needsResult(Command.MatchCommand command) {
    return !(command instanceof Command.PostResult
        || command instanceof Command.CloseWithAcceptance
        || command instanceof Command.CloseResultOverdue);
  }
}
