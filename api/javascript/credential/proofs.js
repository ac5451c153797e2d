// Judging the proofs of a credential: rules S1 to S6 of api/verifier/credential/proofs.py.

import { concat } from "../bytes.js";
import { OF_PROOF, periodFlaws } from "./dates.js";
import { excerpt, Flaw, isInconclusive, MAX_NAME_EXCERPT } from "./flaw.js";
import { ASSERTION, stateAt } from "./identities.js";
import { isLookedUp } from "./url.js";

const MAX_TRIED = 8;
const GOOD = 0;
const OPEN = 1;
const BAD = 2;
const UNJUDGED = 3;
const BESIDE_THE_POINT = 4;
const UNJUDGED_OF_OTHER = 5;
const OF_OTHER = 6;
const OWN_RANKS = { valid: GOOD, indeterminate: OPEN, invalid: BAD };
const PREFIXES = { Ed25519: [0xed, 0x01], "P-256": [0x80, 0x24] };

/**
 * @typedef {object} Check
 * @property {string} aspect  `form`, `signature`, ... as in Python
 * @property {string | null} reason  null exactly for a valid one
 * @property {string} detail
 */

/** @returns {Check} */
export function check(aspect, reason = null, detail = "") {
  return { aspect, reason, detail };
}

/** @param {string} aspect @param {Flaw} flaw @returns {Check} */
export function fromFlaw(aspect, flaw) {
  return check(aspect, flaw.reason, flaw.detail);
}

/** @param {Check} found @returns {"valid" | "invalid" | "indeterminate"} */
export function outcomeOf({ reason }) {
  if (reason === null) {
    return "valid";
  }
  return isInconclusive(reason) ? "indeterminate" : "invalid";
}

/** Invalid if one is, else indeterminate if one is or there is none, else valid. @param {Check[]} checks */
export function together(checks) {
  const outcomes = checks.map(outcomeOf);
  if (outcomes.includes("invalid")) {
    return "invalid";
  }
  return outcomes.includes("indeterminate") || checks.length === 0 ? "indeterminate" : "valid";
}

/** The DIDs beside the issuer whose keys are needed. @returns {string[]} */
export function signersOf({ claims, proofs }) {
  const named = proofs.filter(({ flaw }) => flaw === null).map(({ key }) => signerOf(key));
  return [...new Set(named.filter((signer) => signer !== claims.issuer && isLookedUp(signer)))];
}

function signerOf(key) {
  return key.split("#", 1)[0];
}

/**
 * @param {import("./data-integrity.js").Secured} secured
 * @param {object} facts  `identities`, `asOfMs`
 * @returns {Promise<{ checks: Check[], covered: object, verdicts: object[] }>}
 */
export async function judgeProofs(secured, facts, nowMs) {
  if (secured.unproved !== null) {
    return { checks: [fromFlaw("signature", secured.unproved)], covered: secured.claims, verdicts: [] };
  }
  const issuer = secured.claims.issuer;
  const judged = await Promise.all(secured.proofs.map((proof) => judgeProof(proof, issuer, facts, nowMs)));
  const first = judged.reduce((best, each) => (each.rank < best.rank ? each : best));
  const isOthers = first.rank >= UNJUDGED_OF_OTHER;
  const others = isOthers ? judged : judged.filter((each) => each !== first);
  return {
    checks: [...deciding(first, issuer), ...others.map(beside)],
    covered: first.proof.covered,
    verdicts: judged.map(({ proof, checks }) => ({
      place: proof.place,
      suite: proof.suite,
      signer: signerOf(proof.key) || null,
      outcome: together(checks),
    })),
  };
}

function deciding({ rank, proof, checks }, issuer) {
  const canBeTheirs = issuer !== null && !isLookedUp(issuer) && together(checks) !== "invalid";
  if (rank === OF_OTHER && canBeTheirs) {
    const told = `${excerpt(issuer)} is no DID, and ${excerpt(proof.key, MAX_NAME_EXCERPT)} may be its key`;
    return [check("signature", "method-unsupported", told)];
  }
  if (rank === OF_OTHER) {
    return [check("issuer", "other-issuer", `signed by ${excerpt(proof.key, MAX_NAME_EXCERPT)}`)];
  }
  if (rank === UNJUDGED_OF_OTHER) {
    return [check("signature", "no-readable-proof", "none is by the issuer")];
  }
  return checks.filter(({ aspect }) => aspect !== "issuer");
}

function beside({ proof, checks }) {
  const outcome = together(checks);
  const found = checks.find((each) => outcomeOf(each) === outcome);
  return check("other-proof", found.reason, [proof.place, proof.key].filter((part) => part).join(": "));
}

async function judgeProof(proof, issuer, facts, nowMs) {
  const signer = signerOf(proof.key);
  const checks = periodFlaws(proof.period, OF_PROOF, nowMs).map((flaw) => fromFlaw("signature", flaw));
  if (proof.flaw !== null) {
    checks.push(fromFlaw("signature", proof.flaw));
    return { proof, checks, rank: rankFlawed(signer, issuer, proof.flaw) };
  }
  const identity = identityOf(signer, issuer, facts);
  checks.push(...(identity.aspect === "issuer" ? [identity] : await tried(proof, identity, facts)));
  return { proof, checks, rank: signer === issuer ? OWN_RANKS[together(checks)] : OF_OTHER };
}

/** Whoever signed, or the check that says why nobody is known. */
function identityOf(signer, issuer, { identities }) {
  if (signer !== issuer && !identities.has(signer) && isLookedUp(signer)) {
    return check("issuer", "not-looked-up");
  }
  const identity = identities.get(signer) ?? null;
  if (identity instanceof Flaw) {
    return fromFlaw("issuer", identity);
  }
  return identity ?? check("issuer", "unknown-issuer");
}

function rankFlawed(signer, issuer, flaw) {
  const isOthers = signer !== "" && signer !== issuer;
  if (isInconclusive(flaw.reason)) {
    return isOthers ? UNJUDGED_OF_OTHER : UNJUDGED;
  }
  if (isOthers) {
    return OF_OTHER;
  }
  return signer !== "" && flaw.reason !== "proof-purpose" ? BAD : BESIDE_THE_POINT;
}

/** The checks of signature and key by the first key that made the proof (S5). */
async function tried(proof, identity, facts) {
  const keys = candidates(identity, proof.key, facts).slice(0, MAX_TRIED);
  if (keys.length === 0) {
    return [check("key", "unknown-key", excerpt(proof.key, MAX_NAME_EXCERPT))];
  }
  const failed = [];
  for (const { multikey, standing } of keys) {
    const signature = await checkSignature(proof, multikey);
    if (signature.reason === null) {
      return [signature, standing];
    }
    failed.push([signature, standing]);
  }
  return failed.find(([signature]) => outcomeOf(signature) === "indeterminate") ?? failed[0];
}

async function checkSignature(proof, multikey) {
  if (multikey === null) {
    return check("signature", "key-unreadable");
  }
  const flaw = await proof.verify(multikey);
  return flaw === null ? check("signature", null, proof.remark) : fromFlaw("signature", flaw);
}

/** The keys that a proof may be by, each with the check of whether it counts. */
function candidates(identity, key, facts) {
  const hash = key.indexOf("#");
  if (identity.type === "record") {
    return ofRecord(identity, hash < 0 ? "" : key.slice(hash + 1), facts);
  }
  const isNamed = ({ id }) => hash < 0 || id === key;
  return identity.assertion.filter(isNamed).map((listed) => {
    const standing = check("key", null, `#${listed.id.split("#")[1]}: the DID is the key, and keeps no history`);
    return { multikey: multikeyOf(listed.key), standing };
  });
}

function multikeyOf(key) {
  return key === null ? null : concat(Uint8Array.from(PREFIXES[key.algorithm.name]), key.raw);
}

function ofRecord(record, fragment, facts) {
  const isActive = (key) => stateAt(key, facts.asOfMs) === "active";
  const forAssertion = record.keys.filter(({ purpose }) => purpose === ASSERTION);
  const keys = fragment
    ? record.keys.filter((key) => key.fragment === fragment)
    : [...forAssertion.filter(isActive), ...forAssertion.filter((key) => !isActive(key))];
  return keys.map((key) => ({ multikey: key.multikey, standing: standingOf(key, facts) }));
}

/** S6. Anchors are not looked up here. */
function standingOf(key, facts) {
  if (key.purpose !== ASSERTION) {
    return check("key", "key-purpose", key.fragment);
  }
  const state = stateAt(key, facts.asOfMs);
  if (state === null) {
    return check("key", "key-not-yet", key.fragment);
  }
  if (state === "active") {
    return check("key", null, key.fragment);
  }
  return check("key", state === "compromised" ? "key-compromised" : "key-ended", `${key.fragment} is ${state}`);
}
