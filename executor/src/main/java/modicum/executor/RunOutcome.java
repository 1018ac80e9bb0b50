package modicum.executor;

import java.nio.file.Path;
import java.time.Duration;
import modicum.protocol.content.Manifest;
import modicum.protocol.result.ResultStatus;

/**
 * What came of a run: it ran and ended, well or badly. (That it could not be run is an exception.)
 *
 * @param status Completed, MemoryExceeded, StorageExceeded, InstructionsExceeded, ExceptionOccurred
 *     or JobDescriptionError
 * @param output what it put out; empty unless Completed
 * @param outputFolder where the files of the output are
 * @param instructions measured CPU time divided by the request's time per instruction
 * @param cpuTime measured
 * @param peakMemory bytes
 * @param exitCode of the job's first process, -1 where it never started
 * @param log the last part of what the job wrote to standard output and error
 * @param explanation one line for people: why this status
 */
public record RunOutcome(
    ResultStatus status,
    Manifest output,
    Path outputFolder,
    long instructions,
    Duration cpuTime,
    Duration wallTime,
    long peakMemory,
    int exitCode,
    String log,
    String explanation) {}
