package modicum.mediator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.offer.Quantity;

/** Outputs that no honest provider claims. */
final class Hostile {
  private Hostile() {}

  static Manifest listing(Digest... files) {
    List<ManifestEntry> entries = new ArrayList<>();
    for (Digest file : files) {
      entries.add(ManifestEntry.file("file" + entries.size(), 0644, file));
    }
    return new Manifest(entries);
  }

  static Map<String, Manifest> outputs() {
    Digest endless = new Digest(Sha256.ofUtf8("endless").sha256(), Quantity.MAXIMUM);
    Digest small = Sha256.ofUtf8("42\n");
    Map<String, Manifest> outputs = new LinkedHashMap<>();
    outputs.put("files larger than any disk", listing(endless, endless, small));
    outputs.put("files that are nowhere", listing(Sha256.ofUtf8("nowhere")));
    outputs.put(
        "a name longer than any file system takes",
        new Manifest(List.of(ManifestEntry.file("n".repeat(2000), 0644, small))));
    outputs.put(
        "a path longer than any file system takes",
        new Manifest(List.of(ManifestEntry.file("n/".repeat(4000) + "n", 0644, small))));
    outputs.put(
        "files and folders that nobody may touch",
        new Manifest(
            List.of(
                ManifestEntry.directory("locked", 0),
                ManifestEntry.file("locked/out.txt", 0, small))));
    outputs.put(
        "names of control characters",
        new Manifest(List.of(ManifestEntry.file("a\nMatch 0x00: CORRECT", 0644, small))));
    return outputs;
  }
}
