package modicum.ledger.config;

import java.nio.file.Path;
import java.util.List;
import modicum.protocol.identity.Address;

/**
 * Where a market is: what anyone who takes part needs to know, and nothing secret. Written by
 * {@code market deploy} and {@code up}, read by every role.
 *
 * @param rpc URL of a node of the chain
 * @param contract address of the market's contract
 * @param deploymentBlock the block from which its events are read
 * @param directories those that are known, the preferred first
 * @param mediators addresses of mediators that are known
 * @param solvers URLs of the order books of solvers that are known
 */
public record MarketFile(
    String rpc,
    String contract,
    long deploymentBlock,
    List<DirectoryEntry> directories,
    List<String> mediators,
    List<String> solvers) {
  /**
   * @param address the directory's account
   * @param endpoint URL of its service
   */
  public record DirectoryEntry(String address, String endpoint) {
    public Address account() {
      return Address.fromHex(address);
    }
  }

  public MarketFile {
    directories = directories == null ? List.of() : List.copyOf(directories);
    mediators = mediators == null ? List.of() : List.copyOf(mediators);
    solvers = solvers == null ? List.of() : List.copyOf(solvers);
    if (rpc == null || contract == null) {
      throw new IllegalArgumentException("a market file names at least rpc and contract");
    }
    Address.fromHex(contract);
    directories.forEach(d -> Address.fromHex(d.address()));
    mediators.forEach(Address::fromHex);
  }

  public static MarketFile read(Path file) {
    return YamlFile.read(file, MarketFile.class);
  }

  public Address contractAddress() {
    return Address.fromHex(contract);
  }

  public List<Address> mediatorAddresses() {
    return mediators.stream().map(Address::fromHex).toList();
  }
}
