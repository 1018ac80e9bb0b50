package modicum.jobcreator.cli;

import java.util.List;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import picocli.CommandLine.Parameters;

/** Names one remembered job. */
final class JobId {
  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The job's id, or its first digits where only one job begins with them.")
  private String id;

  JobRecord find(JobRecords records) {
    return find(records, id);
  }

  static JobRecord find(JobRecords records, String id) {
    List<JobRecord> found = records.startingWith(id);
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no remembered job begins with " + id + "; see 'modicum job list'");
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          found.size() + " jobs begin with " + id + "; give more digits");
    }
    return found.getFirst();
  }
}
