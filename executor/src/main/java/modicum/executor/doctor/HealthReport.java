package modicum.executor.doctor;

import java.util.List;
import java.util.stream.Collectors;

/** What the doctor has to say of a machine. */
public record HealthReport(List<Finding> findings) {
  public HealthReport {
    findings = List.copyOf(findings);
  }

  /** Whether jobs can be run. */
  public boolean isFit() {
    return findings.stream().noneMatch(f -> f.mark() == Mark.UNFIT);
  }

  /** Why jobs cannot be run, as one line. */
  public String objections() {
    return findings.stream()
        .filter(f -> f.mark() == Mark.UNFIT)
        .map(Finding::sentence)
        .collect(Collectors.joining(". "));
  }
}
