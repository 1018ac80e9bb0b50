package modicum.marketplace.bench;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import modicum.ledger.web3j.MarketDeployment;
import modicum.ledger.web3j.OtherContracts;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.encoding.Words;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;

/**
 * Money in and out of a market that is paid in a token: OpenZeppelin's ERC-20 with permits, which
 * the gas is as much of as of the market.
 */
final class TokenBench {
  private static final int SELECTOR_SIZE = 4;
  private static final Wei TOKENS = Wei.of(9_000_000_000_000_000_000L);
  private static final Wei AMOUNT = Wei.of(1_234_567_890_123_456_789L);

  private final Path home;
  private final BenchChain chain;

  TokenBench(Path home, BenchChain chain) {
    this.home = home;
    this.chain = chain;
  }

  void run(Map<String, Long> functions) {
    OtherContracts contracts = new OtherContracts(chain.account("issuer"));
    Address token = contracts.create(PaymentTokenCode.compile(home));
    MarketParameters p = BenchMarket.PARAMETERS;
    MarketDeployment deployment =
        chain.deploy(
            "deployer of the token's market",
            new MarketParameters(
                p.penaltyRate(),
                p.verificationCount(),
                p.reactionWindow(),
                p.mediationWindow(),
                p.usageTolerance(),
                p.penaltySink(),
                Optional.of(token)));
    BenchParty holder = chain.party("holder", deployment);
    contracts.call(token, data("mint(address,uint256)", holder.address(), TOKENS));
    Command deposit = new Command.Deposit(holder.address(), AMOUNT);

    // The first sets up the market's and the holder's balances.
    holder.gasOf(deposit);
    functions.put("depositWithPermit", holder.gasOf(deposit));
    new OtherContracts(holder.sender())
        .call(token, data("approve(address,uint256)", deployment.contract(), AMOUNT));
    functions.put("deposit, of a token", holder.gasOf(deposit));
    functions.put(
        "withdraw, of a token", holder.gasOf(new Command.Withdraw(holder.address(), AMOUNT)));
  }

  private static byte[] data(String function, Address account, Wei amount) {
    Bytes32 hash = Keccak256.hashUtf8(function);
    byte[] arguments = new Words().add(account).add(amount.value()).toArray();
    byte[] data = new byte[SELECTOR_SIZE + arguments.length];
    System.arraycopy(hash.toArray(), 0, data, 0, SELECTOR_SIZE);
    System.arraycopy(arguments, 0, data, SELECTOR_SIZE, arguments.length);
    return data;
  }
}
