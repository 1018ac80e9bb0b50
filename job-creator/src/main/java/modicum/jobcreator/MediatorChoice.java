package modicum.jobcreator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Registry;
import modicum.protocol.party.Mediator;

/**
 * Which mediators can judge a job, so that an offer which could never be matched is not posted.
 * Pure.
 */
record MediatorChoice(
    Registry registry, Architecture architecture, Address directory, Bytes32 baseLayer) {

  /**
   * @return those that can, in the given order
   * @throws IllegalArgumentException none can; the message says why of each
   */
  List<Address> usable(List<Address> candidates) {
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException(
          "no mediator is known; add one to the market file or to the job file");
    }
    List<Address> usable = new ArrayList<>();
    List<String> objections = new ArrayList<>();
    for (Address candidate : candidates) {
      objection(candidate)
          .ifPresentOrElse(o -> objections.add(candidate + " " + o), () -> usable.add(candidate));
    }
    if (usable.isEmpty()) {
      throw new IllegalArgumentException(
          "no mediator can judge this job: " + String.join("; ", objections));
    }
    return usable;
  }

  private Optional<String> objection(Address candidate) {
    Optional<Mediator> mediator = registry.mediator(candidate);
    if (mediator.isEmpty()) {
      return Optional.of("is not registered");
    }
    if (!mediator.get().architecture().equals(architecture)) {
      return Optional.of("has " + mediator.get().architecture() + ", not " + architecture);
    }
    if (!registry.trusts(Trust.MEDIATOR_TRUSTS_DIRECTORY, candidate, directory)) {
      return Optional.of("does not trust directory " + directory);
    }
    if (!registry.trusts(Trust.MEDIATOR_SUPPORTS_BASE_LAYER, candidate, baseLayer)) {
      return Optional.of("does not support base layer " + baseLayer.toHex());
    }
    return Optional.empty();
  }
}
