package modicum.marketplace.demo;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import modicum.marketplace.demo.Ending.AccountChange;
import modicum.protocol.money.Wei;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the demo shows.
 *
 * @param picture the rendered picture
 */
public record DemoReport(Path picture, List<Ending> endings) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final int ETHER_DECIMALS = 18;
  private static final int GWEI_DECIMALS = 9;
  private static final int WHY_WIDTH = 30;

  private record JsonAccount(String role, String before, String after) {}

  private record JsonEnding(
      String ending,
      String faultyParty,
      String verdict,
      String why,
      List<JsonAccount> accounts,
      List<Ending.RoleGas> gas) {}

  private record Json(String picture, List<JsonEnding> endings) {}

  /** The names of the endings, in the order in which they were played. */
  public List<String> names() {
    return endings.stream().map(Ending::ending).toList();
  }

  /** As data; wei as decimal strings. */
  public String json() {
    return JSON.writeValueAsString(
        new Json(picture.toString(), endings.stream().map(DemoReport::json).toList()));
  }

  private static JsonEnding json(Ending ending) {
    return new JsonEnding(
        ending.ending(),
        ending.faultyParty(),
        ending.verdict(),
        ending.why(),
        ending.accounts().stream()
            .map(a -> new JsonAccount(a.role(), a.before().toString(), a.after().toString()))
            .toList(),
        ending.gas());
  }

  private record Row(
      String ending,
      String atFault,
      String why,
      String account,
      String before,
      String after,
      String change,
      String gas) {}

  /** As one table for people; amounts in ether. */
  public String table() {
    List<Row> rows = new ArrayList<>();
    for (Ending ending : endings) {
      if (!rows.isEmpty()) {
        rows.add(new Row("", "", "", "", "", "", "", ""));
      }
      addRows(rows, ending);
    }
    return AsciiTable.getTable(
        AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
        rows,
        List.of(
            left("ending").with(Row::ending),
            left("at fault").with(Row::atFault),
            left("why").maxWidth(WHY_WIDTH).with(Row::why),
            left("account").with(Row::account),
            right("before, ether").with(Row::before),
            right("after, ether").with(Row::after),
            right("change, gwei").with(Row::change),
            right("gas").with(Row::gas)));
  }

  private static Column left(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.LEFT);
  }

  private static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }

  private static void addRows(List<Row> rows, Ending ending) {
    Map<String, Long> gas =
        ending.gas().stream().collect(Collectors.toMap(Ending.RoleGas::role, Ending.RoleGas::gas));
    boolean first = true;
    for (AccountChange account : ending.accounts()) {
      rows.add(
          new Row(
              first ? ending.ending() : "",
              first ? ending.faultyParty() : "",
              first ? why(ending) : "",
              account.role(),
              ether(account.before()),
              ether(account.after()),
              change(account),
              gas.containsKey(account.role()) ? gas.get(account.role()).toString() : ""));
      first = false;
    }
    rows.add(sums(ending.accounts(), gas));
  }

  private static Row sums(List<AccountChange> accounts, Map<String, Long> gas) {
    Wei before = accounts.stream().map(AccountChange::before).reduce(Wei.ZERO, Wei::plus);
    Wei after = accounts.stream().map(AccountChange::after).reduce(Wei.ZERO, Wei::plus);
    long allGas = gas.values().stream().mapToLong(Long::longValue).sum();
    return new Row(
        "",
        "",
        "",
        "= sum",
        ether(before),
        ether(after),
        change(new AccountChange("", before, after)),
        Long.toString(allGas));
  }

  private static String why(Ending ending) {
    return ending.verdict().equals(Ending.NONE)
        ? ending.why()
        : ending.verdict() + ": " + ending.why();
  }

  private static String ether(Wei amount) {
    return new BigDecimal(amount.value(), ETHER_DECIMALS).toPlainString();
  }

  private static String change(AccountChange account) {
    BigInteger difference = account.after().value().subtract(account.before().value());
    if (difference.signum() == 0) {
      return "0";
    }
    String sign = difference.signum() > 0 ? "+" : "";
    return sign + new BigDecimal(difference, GWEI_DECIMALS).toPlainString();
  }
}
