package modicum.marketplace.role;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import modicum.directory.Directory;
import modicum.executor.BaseLayers;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerOptions;
import modicum.executor.doctor.Finding;
import modicum.executor.doctor.Mark;
import modicum.executor.job.BaseLayerSupply;
import modicum.jobcreator.file.ByteCount;
import modicum.jobcreator.result.FileTree;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/** Where the base layers are that an owner supports. */
public final class LayerExamination {
  private static final String SUBJECT = "base layer";

  private LayerExamination() {}

  /**
   * Looks on this machine's engine, and on the shelves of directories.
   *
   * @param stateFolder where a folder can be made for the moment
   * @param directories opens a directory; throws DirectoryUnavailable where that is not possible
   */
  public static List<Finding> onThisMachine(
      BaseLayerSupply.Wanted wanted, Path stateFolder, Function<Address, Directory> directories) {
    Path scratch = Doctor.scratch(stateFolder);
    try (DockerExecutor docker =
        new DockerExecutor(Optional.empty(), scratch, DockerOptions.DEFAULT)) {
      return findings(wanted, docker.baseLayers(), directories);
    } finally {
      FileTree.delete(scratch);
    }
  }

  static List<Finding> findings(
      BaseLayerSupply.Wanted wanted, BaseLayers engine, Function<Address, Directory> directories) {
    BaseLayerSupply supply =
        new BaseLayerSupply(wanted, engine, Path.of("nothing-is-fetched"), directories);
    return wanted.layers().stream().map(layer -> finding(layer, supply.find(layer))).toList();
  }

  private static Finding finding(Bytes32 layer, BaseLayerSupply.Place place) {
    String name = layer.toHex();
    return switch (place) {
      case BaseLayerSupply.Place.Here here ->
          new Finding(SUBJECT, Mark.GOOD, name + " is on this engine", Optional.empty());
      case BaseLayerSupply.Place.OnShelf shelf ->
          new Finding(
              SUBJECT,
              Mark.GOOD,
              "%s can be fetched, %s from directory %s; that is done at the start"
                  .formatted(
                      name, ByteCount.forPeople(shelf.layer().size()), shelf.directory().address()),
              Optional.empty());
      case BaseLayerSupply.Place.Nowhere nowhere when nowhere.unasked().isEmpty() ->
          new Finding(
              SUBJECT,
              Mark.WEAK,
              name + " is neither on this engine nor on a trusted directory's shelf",
              Optional.of(
                  "load an image that stands on it, or ask a directory's operator to"
                      + " 'modicum directory shelve' it; else each first job brings it"));
      case BaseLayerSupply.Place.Nowhere nowhere ->
          new Finding(
              SUBJECT,
              Mark.WEAK,
              name + " is not on this engine, and not every directory could be asked",
              Optional.of(String.join("; ", nowhere.unasked())));
    };
  }
}
