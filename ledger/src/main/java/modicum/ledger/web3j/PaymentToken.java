package modicum.ledger.web3j;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.ledger.LedgerUnavailable;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.encoding.Words;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Signer;
import modicum.protocol.money.Wei;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthCall;
import org.web3j.utils.Numeric;

/**
 * The ERC-20 contract whose token a market is paid in. Beyond a balance nothing that it says is
 * believed: its answers are bounded, and a permit is signed only for a domain that names it and its
 * chain, so that a token cannot have us sign for another one.
 *
 * <p>Thread-safe.
 */
final class PaymentToken {
  private static final Bytes32 DOMAIN_TYPE =
      Keccak256.hashUtf8(
          "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
  private static final Bytes32 PERMIT_TYPE =
      Keccak256.hashUtf8(
          "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
  private static final String DEFAULT_VERSION = "1";

  /** What the first bit fields of eip712Domain say of a domain of {@link #DOMAIN_TYPE}. */
  private static final byte USUAL_FIELDS = 0x0f;

  /** Gas; bounds how long an answer can be. */
  private static final BigInteger MOST_GAS = BigInteger.valueOf(1_000_000);

  /**
   * A signed permit (EIP-2612).
   *
   * @param deadline last block time at which it can be used
   */
  record Permit(BigInteger deadline, Signature signature) {}

  private final RpcNode node;
  private final long chainId;
  private final Address token;

  PaymentToken(RpcNode node, Address token) {
    this.node = node;
    this.chainId = node.chainId();
    this.token = token;
  }

  Address address() {
    return token;
  }

  /** What an account has of it, in its smallest unit. */
  Wei balance(Address account, DefaultBlockParameter at) {
    return word(new Words().add(account), "balanceOf(address)", at)
        .map(PaymentToken::wei)
        .orElseThrow(
            () ->
                new LedgerUnavailable(
                    "the payment token at " + token + " does not tell the balance of " + account));
  }

  Wei balance(Address account) {
    return balance(account, DefaultBlockParameterName.LATEST);
  }

  /** How much of the owner's the spender may still move. */
  Wei allowance(Address owner, Address spender) {
    return newest("allowance(address,address)", new Words().add(owner).add(spender))
        .map(PaymentToken::wei)
        .orElse(Wei.ZERO);
  }

  /** The call by which its caller lets the spender move this much. */
  static String approve(Address spender, Wei amount) {
    return data("approve(address,uint256)", new Words().add(spender).add(amount.value()));
  }

  /**
   * Lets the spender move this much of the signer's, by a signature.
   *
   * @param deadline last block time at which it can be used
   * @return empty where the token takes no such signatures, or asks for one of another domain
   */
  Optional<Permit> permit(Signer signer, Address spender, Wei amount, long deadline) {
    Optional<Bytes32> nonce = newest("nonces(address)", new Words().add(signer.address()));
    Optional<Bytes32> domain = nonce.flatMap(known -> domain());
    return domain.map(
        known -> {
          Bytes32 permit =
              new Words()
                  .add(PERMIT_TYPE)
                  .add(signer.address())
                  .add(spender)
                  .add(amount.value())
                  .add(nonce.orElseThrow())
                  .add(deadline)
                  .hash();
          Bytes32 digest =
              Keccak256.hash(new byte[] {0x19, 0x01}, known.toArray(), permit.toArray());
          return new Permit(BigInteger.valueOf(deadline), signer.sign(digest));
        });
  }

  // ------------------------------------------------------------------ domain

  private Optional<Bytes32> domain() {
    Optional<Bytes32> told = newest("DOMAIN_SEPARATOR()", new Words());
    Optional<Bytes32> described = describedDomain();
    if (described.isPresent()) {
      return described.filter(domain -> told.isEmpty() || told.get().equals(domain));
    }
    Optional<String> name = text("name()");
    return told.filter(
        domain ->
            Stream.concat(text("version()").stream(), Stream.of(DEFAULT_VERSION))
                .anyMatch(
                    version ->
                        name.map(n -> domain(n, version)).filter(domain::equals).isPresent()));
  }

  /** As the token describes it itself (EIP-5267); empty where it would be another contract's. */
  @SuppressWarnings("rawtypes") // web3j's own signatures are raw.
  private Optional<Bytes32> describedDomain() {
    List<Type> fields =
        decode(
            answer(data("eip712Domain()", new Words()), DefaultBlockParameterName.LATEST),
            List.of(
                new TypeReference<org.web3j.abi.datatypes.generated.Bytes1>() {},
                new TypeReference<Utf8String>() {},
                new TypeReference<Utf8String>() {},
                new TypeReference<org.web3j.abi.datatypes.generated.Uint256>() {},
                new TypeReference<org.web3j.abi.datatypes.Address>() {}));
    if (fields.isEmpty() || ((byte[]) fields.getFirst().getValue())[0] != USUAL_FIELDS) {
      return Optional.empty();
    }
    boolean ofThisToken =
        fields.get(3).getValue().equals(BigInteger.valueOf(chainId))
            && Address.fromHex(fields.get(4).toString()).equals(token);
    return ofThisToken
        ? Optional.of(domain(fields.get(1).toString(), fields.get(2).toString()))
        : Optional.empty();
  }

  private Bytes32 domain(String name, String version) {
    return new Words()
        .add(DOMAIN_TYPE)
        .add(Keccak256.hashUtf8(name))
        .add(Keccak256.hashUtf8(version))
        .add(chainId)
        .add(token)
        .hash();
  }

  // ------------------------------------------------------------------ asking

  private Optional<Bytes32> newest(String function, Words arguments) {
    return word(arguments, function, DefaultBlockParameterName.LATEST);
  }

  private Optional<Bytes32> word(Words arguments, String function, DefaultBlockParameter at) {
    byte[] answer = answer(data(function, arguments), at);
    return answer.length == Bytes32.SIZE ? Optional.of(Bytes32.of(answer)) : Optional.empty();
  }

  @SuppressWarnings("rawtypes") // web3j's own signatures are raw.
  private Optional<String> text(String function) {
    List<Type> values =
        decode(
            answer(data(function, new Words()), DefaultBlockParameterName.LATEST),
            List.of(new TypeReference<Utf8String>() {}));
    return values.stream().findFirst().map(Type::toString);
  }

  /** No values where the answer makes no sense. */
  @SuppressWarnings({"rawtypes", "unchecked"}) // web3j's own signatures are raw.
  private static List<Type> decode(byte[] answer, List<TypeReference<?>> types) {
    try {
      return FunctionReturnDecoder.decode(
          Numeric.toHexString(answer), (List<TypeReference<Type>>) (List<?>) types);
    } catch (RuntimeException e) {
      return List.of();
    }
  }

  /** Nothing where the token refuses to answer. */
  private byte[] answer(String data, DefaultBlockParameter at) {
    Transaction question =
        new Transaction(null, null, null, MOST_GAS, token.toString(), null, data);
    EthCall answer = node.ask(node.web3j().ethCall(question, at));
    return answer.hasError() || answer.getValue() == null
        ? new byte[0]
        : node.understand(() -> Numeric.hexStringToByteArray(answer.getValue()));
  }

  private static String data(String function, Words arguments) {
    byte[] hash = Keccak256.hash(function.getBytes(StandardCharsets.US_ASCII)).toArray();
    return Numeric.toHexString(Arrays.copyOf(hash, 4))
        + Numeric.toHexStringNoPrefix(arguments.toArray());
  }

  private static Wei wei(Bytes32 word) {
    return new Wei(new BigInteger(1, word.toArray()));
  }
}
