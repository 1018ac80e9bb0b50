package modicum.executor.image;

/**
 * The head of one entry of a tar.
 *
 * @param type as the format names it: '0' file, '2' symbolic link, '5' folder
 * @param size bytes of content that follow
 */
record TarEntry(String name, char type, long size) {
  boolean isFile() {
    return type == '0' || type == '\0';
  }

  boolean isFolder() {
    return type == '5';
  }
}
