package modicum.jobcreator.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import modicum.jobcreator.BlockTimes;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.Payments;
import modicum.jobcreator.file.Amount;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.verification.Finding;
import modicum.ledger.MarketMoney;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Pricing;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.Result;
import modicum.protocol.result.Usage;
import tools.jackson.databind.json.JsonMapper;

/** Everything about one job, as text or as JSON. */
record JobReport(JobStatus status, MarketParameters parameters) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add("job        " + status.record().id());
    lines.add("what       " + status.record().name());
    lines.add("state      " + status.sentence());
    status.problem().ifPresent(p -> lines.add("problem    " + p));
    status.match().ifPresent(match -> lines.addAll(ofMatch(match)));
    if (status.observation().encrypted()) {
      lines.add("encrypted  input and output; only the matched parties can read them");
    }
    lines.add("checking   " + checking());
    if (status.end().filter(e -> e == JobEnd.COLLECTED).isPresent()) {
      lines.add("output     " + status.record().output());
    }
    payments().ifPresentOrElse(p -> lines.addAll(table(p)), () -> lines.addAll(deposit()));
    return Printable.text(String.join("\n", lines));
  }

  private static List<String> ofMatch(Match match) {
    List<String> lines = new ArrayList<>();
    lines.add("provider   " + match.terms().resourceProvider());
    lines.add("mediator   " + match.terms().mediator());
    match.state().postedResult().ifPresent(r -> lines.add("result     " + result(r)));
    match
        .state()
        .postedResult()
        .flatMap(r -> capped(r, match.jobOffer().limits()))
        .ifPresent(note -> lines.add("note       " + note));
    return lines;
  }

  private static String result(Result result) {
    return "%s, %d instructions and %d bytes claimed"
        .formatted(
            words(result.status()), result.usage().instructions(), result.usage().bandwidth());
  }

  /** A claim above the limits is paid at the limits. */
  private static Optional<String> capped(Result result, Limits limits) {
    Usage claimed = result.usage();
    return claimed.atMost(limits.priced()).equals(claimed)
        ? Optional.empty()
        : Optional.of("the claim is above the job's limits; only the limits are paid");
  }

  private String checking() {
    return status
        .observation()
        .finding()
        .map(Finding::explanation)
        .orElseGet(
            () ->
                switch (status.record().method()) {
                  case TRUST -> "this result is not checked (by policy)";
                  case RUN_AGAIN -> "this result is checked by running the job again";
                  case CHECK -> "this result is checked by the checker";
                });
  }

  private Pricing pricing() {
    return new Pricing(parameters);
  }

  private MarketMoney money() {
    return MarketMoney.of(parameters);
  }

  private List<String> deposit() {
    List<String> lines = new ArrayList<>();
    lines.add("deposit    " + money().forPeople(status.deposit()));
    if (!status.fees().isZero()) {
      lines.add("fees       " + Amount.forPeople(status.fees()));
    }
    return lines;
  }

  private Optional<Payments> payments() {
    return status
        .closed()
        .map(c -> Payments.of(status.match().orElseThrow(), c, pricing(), feesOfTheSameMoney()));
  }

  /** The chain is paid in its own coin, which a market's token cannot be added to. */
  private Wei feesOfTheSameMoney() {
    return parameters.paymentToken().isEmpty() ? status.fees() : Wei.ZERO;
  }

  private List<String> table(Payments payments) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("%-18s %-42s %s".formatted("who", "account", "gained or lost"));
    for (Payments.Line line : payments.lines()) {
      lines.add("%-18s %-42s %s".formatted(line.role(), line.account(), change(line)));
    }
    lines.add(
        (parameters.paymentToken().isEmpty()
                ? "The job creator's line includes %s paid to the chain."
                : "Besides, the job creator paid %s to the chain.")
            .formatted(Amount.forPeople(status.fees())));
    return lines;
  }

  private String change(Payments.Line line) {
    if (!line.lost().isZero()) {
      return "-" + money().forPeople(line.lost());
    }
    return (line.gained().isZero() ? "" : "+") + money().forPeople(line.gained());
  }

  String json() {
    return JSON.writeValueAsString(fields());
  }

  /** Amounts are decimal texts in wei, since they do not fit into JSON's numbers. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", status.record().id().toString());
    fields.put("name", status.record().name());
    fields.put("stage", status.stage().name());
    fields.put("sentence", status.sentence());
    fields.put("accepted", status.isAccepted());
    fields.put("ended", status.end().map(Enum::name).orElse(null));
    fields.put("encrypted", status.observation().encrypted());
    fields.put("problem", status.problem().orElse(null));
    fields.put("submitted", BlockTimes.forPeople(status.record().submittedAt()));
    fields.put("depositWei", status.deposit().toString());
    fields.put("feesWei", status.fees().toString());
    fields.put("output", status.record().output().toString());
    fields.put(
        "verification",
        Map.of(
            "method",
            status.record().method().name(),
            "finding",
            status.observation().finding().map(Finding::explanation).orElse("")));
    status.match().ifPresent(match -> fields.put("match", matchFields(match)));
    status.closed().ifPresent(closed -> fields.put("closing", closingFields(closed)));
    payments().ifPresent(p -> fields.put("payments", p.lines().stream().map(this::line).toList()));
    return fields;
  }

  private Map<String, Object> matchFields(Match match) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("resourceProvider", match.terms().resourceProvider().toString());
    fields.put("mediator", match.terms().mediator().toString());
    fields.put("directory", match.terms().directory().toString());
    fields.put("solver", match.solver().toString());
    if (match.state() instanceof MatchState.Open open) {
      fields.put("deadline", BlockTimes.forPeople(open.deadline()));
    }
    match
        .state()
        .postedResult()
        .ifPresent(
            r -> {
              fields.put("resultStatus", r.status().name());
              fields.put("claimedInstructions", r.usage().instructions());
              fields.put("claimedBandwidth", r.usage().bandwidth());
              fields.put("capped", capped(r, match.jobOffer().limits()).isPresent());
              fields.put("costWei", pricing().cost(match.terms(), r).toString());
            });
    return fields;
  }

  private static Map<String, Object> closingFields(MatchState.Closed closed) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("reason", closed.reason().name());
    closed
        .mediation()
        .ifPresent(
            m -> {
              fields.put("verdict", m.verdict().name());
              fields.put("faultyParty", m.faultyParty().name());
              fields.put("evidence", m.evidence().toHex());
            });
    return fields;
  }

  private Map<String, Object> line(Payments.Line line) {
    Wei amount = line.lost().isZero() ? line.gained() : line.lost();
    String sign = line.lost().isZero() ? "" : "-";
    return Map.of("role", line.role(), "account", line.account().toString(), "wei", sign + amount);
  }

  private static String words(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
