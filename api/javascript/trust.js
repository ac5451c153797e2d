// What the reader trusts: docs/answers.md, Trust.

import { equalBytes } from "./bytes.js";
import { checkFinal, checkRuleset } from "./believe.js";
import { decode } from "./cbor.js";
import { Certificate } from "./certificate.js";
import { check, Refusal, TrustError } from "./errors.js";
import { fields, list, plain, uint } from "./form.js";
import { hashUnder } from "./hash.js";
import { Header } from "./header.js";
import { Validators, validatorsHash } from "./validators.js";

/**
 * @typedef {object} Trust
 * @property {Uint8Array} genesisHash  32 bytes
 * @property {number} epoch
 * @property {import("./validators.js").Validator[]} validators  of the epoch
 * @property {number} anchoredAtMs  when what it rests on was made, in milliseconds since 1970
 * @property {"genesis only" | "checkpoint"} anchoredBy
 */

const LARGEST_DOCUMENT = 1_048_576;
const LARGEST_EPOCHS = 8_388_608;
const MOST_EPOCHS = 64;

const anything = plain(() => true);

// The reader knows the document by its hash; so only what trust is made of is looked at closely.
const GenesisDocument = fields({
  version: uint(1, 1),
  name: anything,
  kind: anything,
  timeMs: uint(),
  ruleset: anything,
  parameters: anything,
  members: anything,
  validators: Validators,
});

const Epochs = list(
  fields({ header: Header, certificate: Certificate, validators: Validators }),
  0,
  MOST_EPOCHS,
);

/**
 * Founds trust on a genesis document.
 * @param {Uint8Array} documentBytes  its CBOR. Compare its hash, as `fingerprint` tells it, with what people tell you.
 * @returns {Promise<Trust>}
 * @throws {TrustError} `malformed`
 */
export async function trustInGenesis(documentBytes) {
  checkBytes(documentBytes);
  if (documentBytes.length > LARGEST_DOCUMENT) {
    throw new TrustError("malformed");
  }
  const bytes = new Uint8Array(documentBytes); // trust keeps views of them, and the caller may write to its own
  const document = read(GenesisDocument, bytes, null);
  return Object.freeze({
    genesisHash: hashUnder("matricula/genesis/v1", bytes),
    epoch: 0,
    validators: document.validators,
    anchoredAtMs: document.timeMs,
    anchoredBy: "genesis only",
  });
}

/**
 * Moves trust on to later epochs.
 * @param {Trust} trust
 * @param {Uint8Array} epochProofsBytes  what `encoded` in a response of `GET /v1/epochs?from=` stands for
 * @returns {Promise<Trust>} the same where there are no later ones
 * @throws {TrustError} with the reason why it cannot move on, and as `reached` how far it could
 */
export async function followEpochs(trust, epochProofsBytes) {
  checkTrust(trust);
  checkBytes(epochProofsBytes);
  if (epochProofsBytes.length > LARGEST_EPOCHS) {
    throw new TrustError("malformed", trust);
  }
  let reached = trust;
  for (const step of read(Epochs, new Uint8Array(epochProofsBytes), trust)) {
    try {
      reached = await follow(reached, step);
    } catch (error) {
      throw asTrustError(error, reached);
    }
  }
  return reached;
}

/** One epoch. The ruleset comes after the next set, as R19 of consensus/SPEC.md has it. */
async function follow(trust, { header, certificate, validators }) {
  await checkFinal(header, certificate, trust, "wrong-epoch");
  check(header.nextValidatorsHash !== null, "no-boundary");
  check(equalBytes(header.nextValidatorsHash, validatorsHash(validators)), "wrong-next-validators");
  checkRuleset(header);
  return Object.freeze({ ...trust, epoch: trust.epoch + 1, validators });
}

function checkBytes(bytes) {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError("the bytes are no Uint8Array");
  }
}

function read(form, bytes, reached) {
  try {
    return form.fromCbor(decode(bytes));
  } catch (error) {
    throw asTrustError(error, reached);
  }
}

function asTrustError(error, reached) {
  return error instanceof Refusal ? new TrustError(error.reason, reached) : error;
}

/** @param {Trust} trust @throws {TypeError} where a caller's trust is none, as when it was stored as JSON */
export function checkTrust(trust) {
  const isTrust =
    trust?.genesisHash instanceof Uint8Array &&
    trust.genesisHash.length === 32 &&
    Number.isSafeInteger(trust.epoch) &&
    Number.isSafeInteger(trust.anchoredAtMs) &&
    Array.isArray(trust.validators) &&
    trust.validators.length > 0 &&
    trust.validators.every((validator) => validator.publicKey instanceof Uint8Array);
  if (!isTrust) {
    throw new TypeError("`trust` is not what `trustInGenesis` or `followEpochs` gives");
  }
}
