// Certificates: docs/answers.md, Header and certificate.

import { concat, toUint64, toUtf8 } from "./bytes.js";
import { isGoodSignature } from "./ed25519.js";
import { bytes, fields, hash, list, oneOf, optional, refined, uint } from "./form.js";

const Candidate = refined(
  fields({ epoch: uint(), view: uint(1), parentView: uint(), blockHash: hash }),
  (candidate) => candidate.parentView < candidate.view,
);

/** @type {import("./form.js").Form} */
export const Certificate = refined(
  fields({
    kind: oneOf(["notarize", "nullify", "finalize"]),
    epoch: uint(),
    view: uint(1),
    candidate: optional(Candidate),
    signers: list(uint(0, 127), 1, 128),
    signatures: list(bytes(64), 1, 128),
  }),
  (certificate) => hasItsCandidate(certificate) && hasItsSigners(certificate),
);

function hasItsCandidate({ kind, epoch, view, candidate }) {
  if (kind === "nullify" || candidate === null) {
    return kind === "nullify" && candidate === null;
  }
  return candidate.epoch === epoch && candidate.view === view;
}

function hasItsSigners({ signers, signatures }) {
  const ascend = signers.every((signer, i) => i === 0 || signers[i - 1] < signer);
  return ascend && signers.length === signatures.length;
}

/** How many of n validators make a quorum: n − f, of whom at most f = ⌊(n − 1) / 3⌋ are faulty. */
function quorum(n) {
  return n - Math.floor((n - 1) / 3);
}

/**
 * @param {object} certificate  a finalization
 * @param {Uint8Array} genesisHash  the one that the reader trusts
 * @param {import("./validators.js").Validator[]} validators
 * @returns {Promise<boolean>} whether a quorum signed, and nobody wrongly
 */
export async function isSignedByQuorum({ candidate, signers, signatures }, genesisHash, validators) {
  const last = signers[signers.length - 1];
  if (signers.length < quorum(validators.length) || last >= validators.length) {
    return false;
  }
  const message = finalizationOf(candidate, genesisHash);
  const verdicts = await Promise.all(
    signers.map((signer, i) => isGoodSignature(validators[signer].publicKey, message, signatures[i])),
  );
  return verdicts.every(Boolean);
}

/** The bytes that are signed. */
function finalizationOf({ epoch, view, parentView, blockHash }, genesisHash) {
  return concat(
    toUtf8("matricula/consensus/v1/finalize\0"),
    genesisHash,
    toUint64(epoch),
    toUint64(view),
    toUint64(parentView),
    blockHash,
  );
}
