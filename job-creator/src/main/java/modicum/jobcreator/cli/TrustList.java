package modicum.jobcreator.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Trust;

/** One of an account's trust lists, as people name it: in which role it is kept, and of what. */
enum TrustList {
  JOB_CREATORS_MEDIATORS("mediators", Trust.JOB_CREATOR_TRUSTS_MEDIATOR),
  PROVIDERS_MEDIATORS("mediators", Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR),
  PROVIDERS_DIRECTORIES("directories", Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY),
  PROVIDERS_BASE_LAYERS("base-layers", Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER),
  MEDIATORS_DIRECTORIES("directories", Trust.MEDIATOR_TRUSTS_DIRECTORY),
  MEDIATORS_BASE_LAYERS("base-layers", Trust.MEDIATOR_SUPPORTS_BASE_LAYER);

  private static final String BASE_LAYERS = "base-layers";
  private static final String DIGEST_PREFIX = "sha256:";

  private final String subjects;
  private final Trust kind;

  TrustList(String subjects, Trust kind) {
    this.subjects = subjects;
    this.kind = kind;
  }

  /** What it is a list of: mediators, directories or base-layers. */
  String subjects() {
    return subjects;
  }

  Trust kind() {
    return kind;
  }

  Role holder() {
    return kind.holder();
  }

  static List<TrustList> all() {
    return List.of(values());
  }

  /** The list of these subjects that is kept in one of these roles. */
  static TrustList find(String subjects, List<Role> roles) {
    List<TrustList> named = all().stream().filter(list -> list.subjects.equals(subjects)).toList();
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no list of '" + subjects + "'; name mediators, directories or base-layers");
    }
    List<TrustList> kept = named.stream().filter(list -> roles.contains(list.holder())).toList();
    if (kept.size() == 1) {
      return kept.getFirst();
    }
    throw new IllegalArgumentException(
        "say in which role the list of %s is kept: --as %s"
            .formatted(
                subjects,
                named.stream()
                    .map(list -> word(list.holder()))
                    .collect(Collectors.joining(" or --as "))));
  }

  /** A role as an option has it: resource-provider. */
  static String word(Role role) {
    return role.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Role role(String word) {
    return Arrays.stream(Role.values())
        .filter(role -> word(role).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no role '"
                        + word
                        + "'; say job-creator, resource-provider or mediator"));
  }

  Bytes32 parse(String subject) {
    if (!subjects.equals(BASE_LAYERS)) {
      return Address.fromHex(subject).toWord();
    }
    return Bytes32.fromHex(
        Optional.of(subject)
            .filter(text -> text.startsWith(DIGEST_PREFIX))
            .map(text -> text.substring(DIGEST_PREFIX.length()))
            .orElse(subject));
  }

  /** As {@link #parse} reads it. */
  String print(Bytes32 subject) {
    return subjects.equals(BASE_LAYERS)
        ? DIGEST_PREFIX + subject.toHex()
        : Address.of(
                Arrays.copyOfRange(subject.toArray(), Bytes32.SIZE - Address.SIZE, Bytes32.SIZE))
            .toString();
  }
}
