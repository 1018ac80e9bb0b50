package modicum.executor.image;

/**
 * The head of one entry of a tar.
 *
 * @param type as the format names it: '0' file, '1' hard link, '2' symbolic link, '3' and '4'
 *     device, '5' folder
 * @param size bytes of content that follow
 * @param device major and minor number, with a colon between
 * @param isSparse whether it says that it has holes, which take nothing in the archive and may take
 *     any room when it is unpacked
 */
record TarEntry(String name, char type, long size, String device, boolean isSparse) {
  boolean isFile() {
    return type == '0' || type == '\0';
  }

  boolean isFolder() {
    return type == '5';
  }

  boolean isDevice() {
    return type == '3' || type == '4';
  }

  /**
   * The name without what does not matter in it: a leading or double slash, a dot, a last slash.
   */
  String path() {
    return String.join(
        "/",
        java.util.Arrays.stream(name.split("/"))
            .filter(part -> !part.isEmpty() && !part.equals("."))
            .toList());
  }
}
