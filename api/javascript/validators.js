// Validators: docs/answers.md, Header and certificate.

import { encodeBase64url } from "./base64url.js";
import { encode } from "./cbor.js";
import { bytes, fields, list, refined, text } from "./form.js";
import { hashUnder } from "./hash.js";

const LARGEST = 131072;

/**
 * @typedef {object} Validator
 * @property {Uint8Array} publicKey  32 bytes
 * @property {string} peerId
 * @property {string[]} addresses
 * @property {string} member
 */

const Validator = fields({
  publicKey: bytes(32),
  peerId: text(1, 64),
  addresses: list(text(1, 128), 0, 4),
  member: text(1, 256),
});

const Plain = list(Validator, 1, 128);

/** @type {import("./form.js").Form} */
export const Validators = refined(Plain, (validators) => {
  const keys = new Set(validators.map((validator) => encodeBase64url(validator.publicKey)));
  const peers = new Set(validators.map((validator) => validator.peerId));
  const areDistinct = keys.size === validators.length && peers.size === validators.length;
  return areDistinct && encode(Plain.toCbor(validators)).length <= LARGEST;
});

/** @param {Validator[]} validators @returns {Uint8Array} what a header names them by */
export function validatorsHash(validators) {
  return hashUnder("matricula/validator-set/v1", encode(Validators.toCbor(validators)));
}
