package modicum.jobcreator.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import modicum.jobcreator.BlockTimes;
import modicum.ledger.LedgerFollower;
import modicum.ledger.MarketMoney;
import modicum.ledger.MarketReader;
import modicum.protocol.identity.Address;
import modicum.protocol.market.MarketState;
import modicum.protocol.match.Match;
import modicum.protocol.match.NextStep;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an account has, where, and what keeps it from having it back.
 *
 * @param wallet outside the market, of the market's money
 * @param gasWallet of the chain's own coin
 * @param closableFrom block time from which all that is locked can be freed, seconds since 1970
 */
record AccountReport(
    Address account,
    MarketParameters parameters,
    Wei wallet,
    Wei gasWallet,
    AccountBalance balance,
    OptionalLong closableFrom,
    List<OpenMatch> open) {

  /**
   * A match that holds money of the account.
   *
   * @param side what the account is in it
   * @param locked wei
   */
  private record OpenMatch(Match match, String side, Wei locked, NextStep next) {}

  static AccountReport of(MarketReader market) {
    LedgerFollower follower = new LedgerFollower(market, LedgerFollower.Options.DEFAULT);
    follower.poll();
    MarketState state = follower.state();
    Address account = market.account();
    return new AccountReport(
        account,
        market.parameters(),
        market.wallet(account),
        market.gasWallet(account),
        state.balance(account),
        state.closableFrom(account),
        openMatches(state, account));
  }

  private static List<OpenMatch> openMatches(MarketState state, Address account) {
    List<OpenMatch> open = new ArrayList<>();
    for (Match match : state.matches()) {
      state
          .nextStep(match.id())
          .ifPresent(
              next -> {
                Wei locked = state.pricing().locked(match.terms());
                if (match.terms().jobCreator().equals(account)) {
                  open.add(new OpenMatch(match, "job creator", locked, next));
                }
                if (match.terms().resourceProvider().equals(account)) {
                  open.add(new OpenMatch(match, "resource provider", locked, next));
                }
              });
    }
    return List.copyOf(open);
  }

  private MarketMoney money() {
    return MarketMoney.of(parameters);
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add("account  " + account);
    if (parameters.paymentToken().isPresent()) {
      lines.add("money    " + money().sentence());
      lines.add("coin     " + MarketMoney.ofCoin(gasWallet) + ", for transactions");
    }
    lines.add("wallet   " + money().forPeople(wallet));
    lines.add("free     " + money().forPeople(balance.free()));
    lines.add("locked   " + money().forPeople(balance.locked()) + until());
    open.forEach(match -> lines.add(line(match)));
    return String.join("\n", lines);
  }

  private String until() {
    return closableFrom.isPresent()
        ? ", free from " + BlockTimes.forPeople(closableFrom.getAsLong()) + " on at the latest"
        : "";
  }

  private String line(OpenMatch open) {
    NextStep next = open.next();
    String who = next.actor().equals(account) ? "you" : next.role() + " " + next.actor();
    return "  match %s, as %s: %s; %s must act by %s; free from %s on at the latest"
        .formatted(
            open.match().id(),
            open.side(),
            money().forPeople(open.locked()),
            who,
            BlockTimes.forPeople(next.deadline()),
            BlockTimes.forPeople(next.closableFrom()));
  }

  /** Amounts are decimal texts, since they do not fit into JSON's numbers. */
  String json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("account", account.toString());
    fields.put("paymentToken", parameters.paymentToken().map(Address::toString).orElse(null));
    fields.put("walletWei", wallet.toString());
    fields.put("gasWalletWei", gasWallet.toString());
    fields.put("freeWei", balance.free().toString());
    fields.put("lockedWei", balance.locked().toString());
    fields.put(
        "lockedFreeFrom",
        closableFrom.isPresent() ? BlockTimes.forPeople(closableFrom.getAsLong()) : null);
    fields.put("openMatches", open.stream().map(AccountReport::fields).toList());
    return JsonMapper.shared().writeValueAsString(fields);
  }

  private static Map<String, Object> fields(OpenMatch open) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("match", open.match().id().toString());
    fields.put("stage", open.match().state().stage().name());
    fields.put("side", open.side());
    fields.put("lockedWei", open.locked().toString());
    fields.put("nextRole", open.next().role().toString());
    fields.put("nextActor", open.next().actor().toString());
    fields.put("deadline", BlockTimes.forPeople(open.next().deadline()));
    fields.put("closableFrom", BlockTimes.forPeople(open.next().closableFrom()));
    return fields;
  }
}
