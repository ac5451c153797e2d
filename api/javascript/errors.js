// What is thrown. `TrustError` and `UnsupportedError` leave this package; of a `Refusal` only `decodeCbor` lets one out.

/**
 * A check failed; `reason` is the code that docs/answers.md (The checks, in order) gives it. It never leaves the
 * package: `verifyAnswer` makes a verdict of it, `followEpochs` a `TrustError`.
 */
export class Refusal extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.name = "Refusal";
    this.reason = reason;
  }
}

/** @param {boolean} holds @param {string} reason  thrown as a `Refusal` where it does not hold */
export function check(holds, reason) {
  if (!holds) {
    throw new Refusal(reason);
  }
}

/** Trust cannot be founded on these bytes, or cannot move on with them. */
export class TrustError extends Error {
  /**
   * @param {string} reason  `malformed`, the reason of one of the checks 7 to 15, `no-boundary` or
   *   `wrong-next-validators` (docs/answers.md, Trust)
   * @param {import("./trust.js").Trust | null} reached  how far trust could be moved before that
   */
  constructor(reason, reached = null) {
    super(`trust cannot be founded or moved on: ${reason}`);
    this.name = "TrustError";
    this.reason = reason;
    this.reached = reached;
  }
}

/** This platform lacks something (`reason`: `no-web-crypto` or `no-ed25519`). It says nothing of the answer. */
export class UnsupportedError extends Error {
  /** @param {string} reason @param {unknown} cause */
  constructor(reason, cause = undefined) {
    super(`this platform cannot verify signatures: ${reason}`, { cause });
    this.name = "UnsupportedError";
    this.reason = reason;
  }
}
