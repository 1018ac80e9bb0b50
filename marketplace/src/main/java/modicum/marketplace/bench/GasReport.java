package modicum.marketplace.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the market costs, gas.
 *
 * @param functions by the contract's names, and some of them once more in other circumstances
 * @param jobs from offers to the end, by the way in which they end
 */
public record GasReport(SequencedMap<String, Long> functions, SequencedMap<String, JobGas> jobs) {
  /** The job that is a batch's, for which the total is called so as well. */
  static final String BATCH = "batch20";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** As data, a line for each figure. */
  public String json() {
    Map<String, Object> jobData = new LinkedHashMap<>();
    jobs.forEach((name, job) -> jobData.put(name, roles(name, job)));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("functions", functions);
    data.put("jobs", jobData);
    return JSON.writeValueAsString(data) + "\n";
  }

  /** All figures by their place in the data, like {@code jobs.nominal.total}. */
  public SequencedMap<String, Long> figures() {
    SequencedMap<String, Long> figures = new LinkedHashMap<>();
    functions.forEach((name, gas) -> figures.put("functions." + name, gas));
    jobs.forEach(
        (name, job) ->
            roles(name, job).forEach((role, gas) -> figures.put("jobs." + name + "." + role, gas)));
    return figures;
  }

  private static SequencedMap<String, Long> roles(String name, JobGas job) {
    SequencedMap<String, Long> roles = new LinkedHashMap<>();
    roles.put("jobCreator", job.jobCreator());
    roles.put("resourceProvider", job.resourceProvider());
    roles.put("solver", job.solver());
    roles.put("mediator", job.mediator());
    roles.put(name.equals(BATCH) ? "totalPerJob" : "total", job.total());
    return roles;
  }

  /** A sentence for each bar that is missed. */
  public List<String> missedBars() {
    SequencedMap<String, Long> figures = figures();
    return GasBar.all().stream()
        .filter(bar -> bar.isMissedBy(figures.get(bar.figure())))
        .map(
            bar ->
                "%s is %,d gas, and may be %,d"
                    .formatted(bar.figure(), figures.get(bar.figure()), bar.bar().getAsLong()))
        .toList();
  }
}
