package modicum.executor.docker;

import modicum.protocol.result.ResultStatus;

/** Says what an ended run comes to: the first rule that applies. Pure. */
final class Judge {
  record Judgement(ResultStatus status, String explanation) {}

  private Judge() {}

  static Judgement judge(RunTerms terms, Ending ending) {
    long memoryLimit = terms.limits().memory();
    long storageLimit = terms.limits().storage();
    // Rationale: nothing of the job ran. A job may feign it, and is billed what it used all the
    // same.
    if (ending.notStarted().isPresent()) {
      return new Judgement(
          ResultStatus.JOB_DESCRIPTION_ERROR, "cannot be started: " + ending.notStarted().get());
    }
    // Rationale: a kill for memory explains whatever else is seen. It counts even if only a child
    // of the job was killed, since what happens then depends on the machine.
    if (ending.outOfMemory() || stopped(ending, StopReason.MEMORY)) {
      return new Judgement(
          ResultStatus.MEMORY_EXCEEDED,
          "needed more memory than its limit of " + memoryLimit + " bytes");
    }
    // Rationale: limits are inclusive, and hold whether the job was caught running or had just
    // ended by itself, so that it does not depend on when it was looked at.
    long instructions = terms.instructions(ending.measured().cpuTime());
    if (instructions > terms.limits().instructions() || stopped(ending, StopReason.INSTRUCTIONS)) {
      return new Judgement(
          ResultStatus.INSTRUCTIONS_EXCEEDED,
          "used %d instructions of %d".formatted(instructions, terms.limits().instructions()));
    }
    if (stopped(ending, StopReason.STORAGE) || ending.outputSize() > storageLimit) {
      return storageExceeded(ending, storageLimit);
    }
    if (stopped(ending, StopReason.WALL_CLOCK)
        || ending.wallTime().compareTo(terms.wallClock()) > 0) {
      return new Judgement(
          ResultStatus.INSTRUCTIONS_EXCEEDED,
          "ran longer than the %d s of wall-clock time that its limits allow"
              .formatted(terms.wallClock().toSeconds()));
    }
    // Rationale: the kernel stops a file at the limit exactly, and the job sees a failed write.
    if (ending.exitCode() != 0 && ending.outputSize() == storageLimit && storageLimit > 0) {
      return storageExceeded(ending, storageLimit);
    }
    if (ending.exitCode() != 0) {
      return new Judgement(
          ResultStatus.EXCEPTION_OCCURRED, "ended with exit code " + ending.exitCode());
    }
    if (ending.odd().isPresent()) {
      return new Judgement(ResultStatus.EXCEPTION_OCCURRED, ending.odd().get());
    }
    return new Judgement(ResultStatus.COMPLETED, "completed");
  }

  private static Judgement storageExceeded(Ending ending, long limit) {
    return new Judgement(
        ResultStatus.STORAGE_EXCEEDED,
        "wrote %d bytes, or too many files or too deep folders, where %d bytes are its limit"
            .formatted(ending.outputSize(), limit));
  }

  private static boolean stopped(Ending ending, StopReason reason) {
    return ending.stopped().filter(reason::equals).isPresent();
  }
}
