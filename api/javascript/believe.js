// Whether a header is believed under the reader's trust: checks 6 to 16 of docs/answers.md, R19 of consensus/SPEC.md.

import { equalBytes } from "./bytes.js";
import { isSignedByQuorum } from "./certificate.js";
import { check } from "./errors.js";
import { blockHash } from "./header.js";
import { validatorsHash } from "./validators.js";

const VERSION = 1;
const RULESETS = new Set([1]);
const OLDEST_ANCHOR_MS = 15_552_000_000; // 180 days

/**
 * Checks 7 to 14: the header is final under the trusted validators.
 * @param {object} header @param {object} certificate @param {import("./trust.js").Trust} trust
 * @param {string} otherEpoch  the reason where the header is of another epoch: it leaves an answer open, but refutes
 *   an epoch proof, which has to begin where trust stands
 * @throws {Refusal}
 */
export async function checkFinal(header, certificate, trust, otherEpoch) {
  check(header.version === VERSION, "unknown-version");
  check(equalBytes(header.genesisHash, trust.genesisHash), "wrong-genesis");
  check(header.epoch === trust.epoch, otherEpoch);
  check(certificate.epoch === trust.epoch, "wrong-epoch");
  check(equalBytes(header.validatorsHash, validatorsHash(trust.validators)), "wrong-validators");
  check(certificate.kind === "finalize", "not-a-finalization");
  check(equalBytes(certificate.candidate.blockHash, blockHash(header)), "other-block");
  check(await isSignedByQuorum(certificate, trust.genesisHash, trust.validators), "no-quorum");
}

/** Check 15. @param {object} header @throws {Refusal} */
export function checkRuleset(header) {
  check(RULESETS.has(header.ruleset), "unknown-ruleset");
}

/**
 * Checks 6 to 16, after which the header is believed.
 * @param {object} header @param {object | null} certificate @param {import("./trust.js").Trust} trust
 * @param {number} nowMs
 * @throws {Refusal}
 */
export async function believe(header, certificate, trust, nowMs) {
  check(certificate !== null, "not-final");
  await checkFinal(header, certificate, trust, "other-epoch");
  checkRuleset(header);
  check(nowMs - trust.anchoredAtMs <= OLDEST_ANCHOR_MS, "anchor-too-old");
}
