package modicum.protocol.identity;

import java.util.Arrays;
import modicum.protocol.encoding.Bytes32;

/** Whom or what a registered party relies on (section 4); the ordinal is the contract's code. */
public enum Trust {
  JOB_CREATOR_TRUSTS_MEDIATOR(Role.JOB_CREATOR, Subject.MEDIATOR),
  RESOURCE_PROVIDER_TRUSTS_MEDIATOR(Role.RESOURCE_PROVIDER, Subject.MEDIATOR),
  RESOURCE_PROVIDER_TRUSTS_DIRECTORY(Role.RESOURCE_PROVIDER, Subject.DIRECTORY),
  MEDIATOR_TRUSTS_DIRECTORY(Role.MEDIATOR, Subject.DIRECTORY),
  RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER(Role.RESOURCE_PROVIDER, Subject.BASE_LAYER),
  MEDIATOR_SUPPORTS_BASE_LAYER(Role.MEDIATOR, Subject.BASE_LAYER);

  /** What is trusted or supported. */
  private enum Subject {
    MEDIATOR("trusts mediator"),
    DIRECTORY("trusts directory"),
    BASE_LAYER("supports base layer");

    private final String words;

    Subject(String words) {
      this.words = words;
    }
  }

  private final Role holder;
  private final Subject subject;

  Trust(Role holder, Subject subject) {
    this.holder = holder;
    this.subject = subject;
  }

  /** The role in which a party keeps this list. */
  public Role holder() {
    return holder;
  }

  /** For people: {@code trusts mediator 0x...}, {@code supports base layer sha256:...}. */
  public String sentence(Bytes32 of) {
    if (subject == Subject.BASE_LAYER) {
      return subject.words + " sha256:" + of.toHex();
    }
    byte[] word = of.toArray();
    return subject.words
        + " "
        + Address.of(Arrays.copyOfRange(word, Bytes32.SIZE - Address.SIZE, Bytes32.SIZE));
  }
}
