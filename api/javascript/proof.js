// Proofs: docs/answers.md, Proofs.

import { bytes, coded, fields, hash, list, optional, text, typed, uint } from "./form.js";
import { MapPath } from "./map.js";

/** @type {import("./form.js").Form} */
export const Version = fields({ height: uint(), index: uint(), timeMs: uint(), bodyHash: hash });

/** @type {import("./form.js").Form} */
export const Entry = fields({
  height: uint(),
  index: uint(),
  operation: uint(),
  timeMs: uint(),
  id: text(1, 320),
});

/** @type {import("./form.js").Form} */
export const Leaf = fields({ height: uint(), index: uint(), timeMs: uint(), data: bytes(0, 65535) });

const path = list(hash, 0, 128);

const recordFields = fields({
  body: optional(bytes(0, 262144)),
  count: uint(1),
  first: uint(),
  versions: list(Version, 1, 2),
  path,
  mapPath: MapPath,
});

const record = typed("record", recordFields); // within another proof it has no code, but a type in JSON

/** @type {import("./form.js").Form} */
export const Proof = coded({
  record: recordFields,
  absence: fields({ mapPath: MapPath }),
  index: fields({ count: uint(1), first: uint(), entries: list(Entry, 1, 1001), path, mapPath: MapPath }),
  ledger: fields({ leaf: Leaf, position: uint(), path }),
  chunk: fields({ record, number: uint(), bits: bytes(128), path }),
  "status-list": fields({ record, bits: bytes(128, 524288) }),
});

/**
 * The table of docs/answers.md, Questions: which proofs answer which questions.
 * @returns {boolean}
 */
export function answers(proof, question) {
  switch (question.type) {
    case "record":
      return proof.type === "record" || proof.type === "absence";
    case "index":
    case "anchor":
      return proof.type === "index" || proof.type === "absence";
    case "transaction":
      return proof.type === "ledger";
    default:
      return answersForBits(proof, question);
  }
}

/** Bits come with a record that has a body; a record without one shows that there was no list yet. */
function answersForBits(proof, question) {
  switch (proof.type) {
    case "absence":
      return true;
    case "record":
      return proof.body === null;
    default:
      return proof.type === question.type && proof.record.body !== null;
  }
}
