package modicum.protocol.job;

import modicum.protocol.encoding.Bytes32;

/**
 * Names the sandbox that a job was made for (section 3): part of the job's digest, so that
 * provider, mediator and job creator run it in the same one or not at all.
 *
 * @param version counts up whenever what a job can see of the sandbox changes
 * @param digest SHA-256 over the sandbox's source and settings, not over what a compiler makes of
 *     them
 */
public record SandboxProfile(int version, Bytes32 digest) {
  public SandboxProfile {
    if (version < 1) {
      throw new IllegalArgumentException(
          "versions of the sandbox profile count from 1, got " + version);
    }
  }

  /** For people: the version and the digest's first digits. */
  @Override
  public String toString() {
    return version + " (" + digest.toHex().substring(0, 12) + ")";
  }
}
