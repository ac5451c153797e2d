// Headers: docs/answers.md, Header and certificate.

import { encode } from "./cbor.js";
import { fields, hash, optional, uint } from "./form.js";
import { hashUnder } from "./hash.js";

/** @type {import("./form.js").Form} */
export const Header = fields({
  version: uint(0, 255),
  ruleset: uint(0, 65535),
  genesisHash: hash,
  epoch: uint(),
  height: uint(),
  parentHash: hash,
  timeMs: uint(),
  transactionsRoot: hash,
  logSize: uint(),
  logRoot: hash,
  stateRoot: hash,
  validatorsHash: hash,
  nextValidatorsHash: optional(hash),
  proposer: uint(0, 65535),
});

/** @returns {Uint8Array} the block's hash */
export function blockHash(header) {
  return hashUnder("matricula/block/v1", encode(Header.toCbor(header)));
}
