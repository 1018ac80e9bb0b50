package modicum.marketplace.role;

import java.nio.file.Path;
import java.util.List;
import modicum.executor.BaseLayers;
import modicum.executor.job.BaseLayerSupply;
import modicum.executor.job.BaseLayerSupply.Wanted;
import modicum.mediator.MediatorConfig;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.provider.ProviderConfig;

/** What the configurations of roles say of base layers. */
public final class SupportedLayers {
  private SupportedLayers() {}

  public static Wanted of(ProviderConfig config) {
    return wanted(
        config.baseLayers(), config.directories(), config.distrusted(), config.architecture());
  }

  public static Wanted of(MediatorConfig config) {
    return wanted(
        config.baseLayers(), config.directories(), config.distrusted(), config.architecture());
  }

  /** Brings them to an engine; not begun yet. */
  static BaseLayerSupply supply(
      Wanted wanted, BaseLayers engine, Path state, MarketConnection connection) {
    return new BaseLayerSupply(wanted, engine, state.resolve("base-layers"), connection::directory);
  }

  private static Wanted wanted(
      List<String> layers, List<String> directories, List<String> distrusted, String architecture) {
    return new Wanted(
        layers.stream().map(Bytes32::fromHex).distinct().toList(),
        directories.stream().filter(d -> !distrusted.contains(d)).map(Address::fromHex).toList(),
        Architecture.fromName(architecture));
  }
}
