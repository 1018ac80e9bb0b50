package modicum.marketplace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import modicum.directory.DirectoryUnavailable;
import modicum.executor.doctor.Finding;
import modicum.executor.doctor.HealthReport;
import modicum.executor.doctor.Need;
import modicum.ledger.LedgerUnavailable;
import modicum.marketplace.role.Doctor;
import modicum.marketplace.role.LayerExamination;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.SupportedLayers;
import modicum.provider.ProviderConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What protects this machine from jobs, and what does not. */
@Command(
    name = "doctor",
    description = {
      "Looks at this machine and its container engine, runs a small job in the sandbox, and says"
          + " which protection is on, what is missing and how to get it. With a configuration file"
          + " it looks whether the machine has what is offered, compares its clock with the"
          + " chain's, and says which base layers are here or can be fetched.",
      "Ends with 0 where jobs can be run, 1 where not, 3 where no engine answers."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum provider doctor",
      "  modicum provider doctor --config provider.yaml --json",
      "  modicum provider doctor --runtime runsc"
    })
final class ProviderDoctor implements Callable<Integer> {
  private static final int UNFIT = 1;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The provider's configuration file, where there is one already.")
  private Path config;

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      description = "What the engine is to run jobs with, like runsc. Default: the file's.")
  private String runtime;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    HealthReport report =
        config == null
            ? new Doctor(withRuntime(Need.ANYTHING), Home.folder().resolve(".modicum/doctor"))
                .examine(Optional.empty())
            : examineConfigured();
    if (json) {
      printJson(report);
    } else {
      print(report);
    }
    spec.commandLine().getOut().flush();
    return report.isFit() ? 0 : UNFIT;
  }

  private HealthReport examineConfigured() throws InterruptedException {
    RoleFile settings = RoleFile.read(config);
    ProviderConfig provider = RoleFile.part(settings.provider(), "provider", config);
    Doctor doctor = Doctor.of(provider);
    HealthReport report =
        new Doctor(withRuntime(doctor.need()), doctor.stateFolder()).examine(clockAhead(settings));
    List<Finding> findings = new ArrayList<>(report.findings());
    findings.addAll(baseLayers(settings, provider));
    return new HealthReport(findings);
  }

  /** Where the chain does not answer, directories are not asked either. */
  private List<Finding> baseLayers(RoleFile settings, ProviderConfig provider) {
    try (MarketConnection connection = settings.connect(config)) {
      return LayerExamination.onThisMachine(
          SupportedLayers.of(provider), provider.state(), connection::directory);
    } catch (LedgerUnavailable e) {
      return LayerExamination.onThisMachine(
          SupportedLayers.of(provider),
          provider.state(),
          account -> {
            throw new DirectoryUnavailable(e.getMessage(), e);
          });
    }
  }

  private Need withRuntime(Need need) {
    return new Need(
        need.cpuLevel(),
        Optional.ofNullable(runtime).or(need::runtime),
        need.memory(),
        need.storage());
  }

  /**
   * Against the newest block; a chain that does not answer is no matter of this machine's health.
   */
  private Optional<Duration> clockAhead(RoleFile settings) {
    try (MarketConnection connection = settings.connect(config)) {
      return Optional.of(
          Duration.between(
              Instant.ofEpochSecond(connection.ledger().head().time()), Instant.now()));
    } catch (LedgerUnavailable e) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("the clock is not compared: " + e.getMessage());
      err.flush();
      return Optional.empty();
    }
  }

  private void print(HealthReport report) {
    PrintWriter out = spec.commandLine().getOut();
    for (Finding finding : report.findings()) {
      out.printf(
          "%-5s  %-16s %s%n",
          finding.mark().name().toLowerCase(Locale.ROOT), finding.subject(), finding.found());
      finding.remedy().ifPresent(remedy -> out.printf("       %-16s -> %s%n", "", remedy));
    }
    out.println(report.isFit() ? "jobs can be run here" : "jobs cannot be run here");
  }

  private void printJson(HealthReport report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("fit", report.isFit());
    fields.put("findings", report.findings().stream().map(ProviderDoctor::fields).toList());
    spec.commandLine().getOut().println(JsonMapper.shared().writeValueAsString(fields));
  }

  private static Map<String, Object> fields(Finding finding) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("subject", finding.subject());
    fields.put("mark", finding.mark().name().toLowerCase(Locale.ROOT));
    fields.put("found", finding.found());
    finding.remedy().ifPresent(remedy -> fields.put("remedy", remedy));
    return fields;
  }
}
