package modicum.protocol.identity;

/** Whom or what a registered party relies on (section 4); the ordinal is the contract's code. */
public enum Trust {
  JOB_CREATOR_TRUSTS_MEDIATOR(Role.JOB_CREATOR),
  RESOURCE_PROVIDER_TRUSTS_MEDIATOR(Role.RESOURCE_PROVIDER),
  RESOURCE_PROVIDER_TRUSTS_DIRECTORY(Role.RESOURCE_PROVIDER),
  MEDIATOR_TRUSTS_DIRECTORY(Role.MEDIATOR),
  RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER(Role.RESOURCE_PROVIDER),
  MEDIATOR_SUPPORTS_BASE_LAYER(Role.MEDIATOR);

  private final Role holder;

  Trust(Role holder) {
    this.holder = holder;
  }

  /** The role in which a party keeps this list. */
  public Role holder() {
    return holder;
  }
}
