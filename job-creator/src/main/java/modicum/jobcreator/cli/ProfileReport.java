package modicum.jobcreator.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import modicum.jobcreator.file.ByteCount;
import modicum.jobcreator.profile.JobNeeds;
import modicum.jobcreator.profile.PriceQuote;
import modicum.ledger.MarketMoney;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import tools.jackson.databind.json.JsonMapper;

/** A job's profile, for people and for programs. */
record ProfileReport(JobNeeds needs, int margin, Market market) {
  /**
   * What a market says of the job.
   *
   * @param deposit at the prices of the cheapest offer that takes the job; empty where none does
   * @param silence why nothing is known of a market
   */
  record Market(
      Optional<PriceQuote> quote,
      Optional<Wei> deposit,
      Optional<MarketParameters> parameters,
      Optional<String> silence) {
    static Market unknown(String why) {
      return new Market(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(why));
    }
  }

  String text() {
    Limits limits = needs.limits(margin);
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "used in %d runs:  CPU time %.3f to %.3f s, memory %s, output %s, moved with the image %s",
            needs.runs().size(),
            needs.shortest().toNanos() / 1e9,
            needs.longest().toNanos() / 1e9,
            new ByteCount(needs.peakMemory()),
            new ByteCount(needs.outputSize()),
            new ByteCount(needs.moved())));
    lines.add(
        "in the middle:   %d instructions, of %d ns each here"
            .formatted(needs.expected().instructions(), needs.timePerInstruction()));
    lines.add("for the job file, with a margin of " + margin + " %:");
    lines.add(
        "  limits: {instructions: %d, memory: %dMiB, storage: %dMiB, bandwidth: %d}"
            .formatted(
                limits.instructions(),
                limits.memory() >> 20,
                limits.storage() >> 20,
                limits.bandwidth()));
    addPrices(lines);
    return String.join(System.lineSeparator(), lines);
  }

  private void addPrices(List<String> lines) {
    if (market.quote().isEmpty()) {
      lines.add("price:           not known: " + market.silence().orElse(""));
      return;
    }
    PriceQuote quote = market.quote().get();
    MarketMoney money = MarketMoney.of(market.parameters().orElseThrow());
    lines.add(
        "offers:          %d stand, %d of them take this job"
            .formatted(quote.standing(), quote.fitting().size()));
    if (quote.cheapest().isEmpty()) {
      lines.add(
          "price:           not known: no offer takes it; look at its limits and its CPU level");
      return;
    }
    lines.add(
        "price, about:    %s at the cheapest, %s in the middle"
            .formatted(
                money.forPeople(price(quote)), money.forPeople(quote.middlePrice().orElseThrow())));
    lines.add(
        "deposit:         %s, of which all but the price comes back unless the job is at fault"
            .formatted(money.forPeople(market.deposit().orElseThrow())));
  }

  private Wei price(PriceQuote quote) {
    return quote.cheapest().orElseThrow().priceOf(needs.expected());
  }

  String json() {
    Limits limits = needs.limits(margin);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("runs", needs.runs().size());
    fields.put("cpuNanoseconds", needs.runs().stream().map(r -> r.cpuTime().toNanos()).toList());
    fields.put("timePerInstruction", needs.timePerInstruction());
    fields.put("instructions", needs.expected().instructions());
    fields.put("peakMemory", needs.peakMemory());
    fields.put("output", needs.outputSize());
    fields.put("bandwidth", needs.moved());
    fields.put(
        "limits",
        Map.of(
            "instructions", limits.instructions(),
            "memory", limits.memory(),
            "storage", limits.storage(),
            "bandwidth", limits.bandwidth()));
    fields.put("marginPercent", margin);
    market.quote().ifPresent(quote -> addPrices(fields, quote));
    market.silence().ifPresent(why -> fields.put("noPriceBecause", why));
    return JsonMapper.shared().writeValueAsString(fields);
  }

  private void addPrices(Map<String, Object> fields, PriceQuote quote) {
    fields.put("offersStanding", quote.standing());
    fields.put("offersFitting", quote.fitting().size());
    if (quote.cheapest().isEmpty()) {
      return;
    }
    Prices prices = quote.cheapest().get();
    fields.put("instructionPriceWei", prices.instruction().toString());
    fields.put("bandwidthPriceWei", prices.bandwidth().toString());
    fields.put("priceWei", price(quote).toString());
    fields.put("middlePriceWei", quote.middlePrice().orElseThrow().toString());
    fields.put("depositWei", market.deposit().orElseThrow().toString());
  }
}
