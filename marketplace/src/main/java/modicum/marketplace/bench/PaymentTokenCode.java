package modicum.marketplace.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import modicum.ledger.config.BadConfiguration;

/** The code of the token that the contract's own tests pay with, compiled when it is needed. */
final class PaymentTokenCode {
  private static final long PATIENCE_SECONDS = 120;

  private PaymentTokenCode() {}

  /**
   * @param home folder of the project
   * @return the code that makes the token's contract
   * @throws BadConfiguration where there is no node.js, or no compiler in contracts/node_modules
   */
  static byte[] compile(Path home) {
    Path contracts = home.resolve("contracts");
    try {
      Path errors = Files.createTempFile("modicum-bench-", ".err");
      try {
        return compile(contracts, errors);
      } finally {
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new BadConfiguration(
          "cannot run node, which compiles the payment token: install Node.js 20 or later", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the payment token was compiled", e);
    }
  }

  private static byte[] compile(Path contracts, Path errors)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "node",
                contracts.resolve("scripts").resolve("creation-code.js").toString(),
                "test/tokens/TestToken.sol",
                "TestToken")
            .redirectError(errors.toFile())
            .start();
    String code =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new BadConfiguration(
          "the payment token does not compile: " + Files.readString(errors).strip());
    }
    return HexFormat.of().parseHex(code);
  }
}
