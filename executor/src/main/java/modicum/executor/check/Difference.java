package modicum.executor.check;

/**
 * The first place where two outputs differ, files in the order of their paths.
 *
 * @param path of the file, below the output folder
 * @param offset of the first differing byte; 0 where the files themselves are not alike
 * @param what one line: in what the two differ
 * @param first what is there in the one output, readable
 * @param second and in the other
 * @param cause most likely
 */
public record Difference(
    String path, long offset, String what, String first, String second, LikelyCause cause) {}
