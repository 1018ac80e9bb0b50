package modicum.executor.output;

/**
 * How much is in an output folder.
 *
 * @param bytes apparent size of all files: holes count, and a file counts once per name
 * @param entries files, folders, links and everything else
 */
public record OutputSize(long bytes, long entries) {}
