package modicum.ledger.web3j;

import static modicum.ledger.web3j.TestContracts.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.node.EvmNode;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.web3j.abi.datatypes.generated.Uint8;

/** Whether an account signed, asked of a real wallet contract on a real node. */
class AccountSignaturesTest {
  private static final Address MARKET = Web3jSigner.generate().address();
  private static final Bytes32 HASH = Keccak256.hashUtf8("an offer");

  private static final Web3jSigner OWNER = Web3jSigner.generate();
  private static final Web3jSigner STRANGER = Web3jSigner.generate();

  private static EvmNode node;
  private static RpcNode rpc;
  private static TransactionSender sender;
  private static Address wallet;
  private static AccountSignatures signatures;

  /** In the order of TestWallet's own. */
  private enum Mood {
    HONEST,
    SAYS_NO,
    SAYS_YES_TO_ALL,
    ANSWERS_TOO_LITTLE,
    ANSWERS_ANOTHER_WORD,
    ANSWERS_A_BOOK,
    REVERTS,
    BURNS_ALL_GAS,
    ASKS_WHO_ASKS,
    THINKS_LONG
  }

  @BeforeAll
  static void deploys() {
    node = EvmNode.start(EvmNode.Options.forOneClient(TestNodes.anvil()));
    rpc = new RpcNode(node.url().toString());
    node.setBalance(OWNER.address(), Wei.of(1_000_000_000_000_000_000L));
    sender = new TransactionSender(rpc, OWNER, TransactionSender.Options.LOCAL);
    wallet = TestContracts.deploy(sender, "TestWallet");
    TestContracts.call(sender, wallet, "setOwner", word(OWNER.address()));
    signatures = new AccountSignatures(rpc, MARKET);
  }

  @AfterAll
  static void stops() {
    rpc.close();
    node.close();
  }

  @Test
  void aKeySignsForItsOwnAccountWithoutANode() {
    try (RpcNode dead = new RpcNode("http://127.0.0.1:1")) {
      AccountSignatures offline = new AccountSignatures(dead, MARKET);
      assertThat(offline.isSignedBy(OWNER.address(), HASH, OWNER.sign(HASH))).isTrue();
      assertThatThrownBy(() -> offline.isSignedBy(OWNER.address(), HASH, STRANGER.sign(HASH)))
          .isInstanceOf(LedgerUnavailable.class);
    }
  }

  @Test
  void anAccountWithoutCodeSignsWithItsKeyOnly() {
    assertThat(signatures.isSignedBy(STRANGER.address(), HASH, OWNER.sign(HASH))).isFalse();
    assertThat(signatures.isSignedBy(STRANGER.address(), HASH, Signature.NONE)).isFalse();
    assertThat(signatures.isSignedBy(Address.ZERO, HASH, Signature.of(new byte[65]))).isFalse();
  }

  @Test
  void aWalletSignsAsItsOwnerDid() {
    mood(Mood.HONEST);
    assertThat(signatures.isSignedBy(wallet, HASH, OWNER.sign(HASH))).isTrue();
    assertThat(signatures.isSignedBy(wallet, HASH, STRANGER.sign(HASH))).isFalse();
    assertThat(signatures.isSignedBy(wallet, Bytes32.ZERO, OWNER.sign(HASH))).isFalse();
    assertThat(signatures.isSignedBy(wallet, HASH, Signature.NONE)).isFalse();
  }

  @Test
  void aWalletMayThinkLong() {
    mood(Mood.THINKS_LONG);
    assertThat(signatures.isSignedBy(wallet, HASH, OWNER.sign(HASH))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "SAYS_NO, false",
    "SAYS_YES_TO_ALL, true",
    "ANSWERS_TOO_LITTLE, false",
    "ANSWERS_ANOTHER_WORD, false",
    "ANSWERS_A_BOOK, true",
    "REVERTS, false",
    "BURNS_ALL_GAS, false",
    "ASKS_WHO_ASKS, true"
  })
  void aStrangeWalletIsUnderstoodAsTheContractUnderstandsIt(Mood mood, boolean signed) {
    mood(mood);
    Signature ofManyOwners = Signature.of(new byte[Signature.MAXIMUM_SIZE]);
    assertThat(signatures.isSignedBy(wallet, HASH, ofManyOwners)).isEqualTo(signed);
  }

  private static void mood(Mood mood) {
    TestContracts.call(
        sender, wallet, "setMood", new Uint8(BigInteger.valueOf(mood.ordinal())), word(MARKET));
  }
}
