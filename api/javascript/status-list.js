// Status lists: docs/answers.md, What each proof proves (Chunk and status-list).

import { equalBytes } from "./bytes.js";
import { decode } from "./cbor.js";
import { check, Refusal } from "./errors.js";
import { fields, hash, oneOf, refined, uint } from "./form.js";
import { leafHash, rootOfLeaf, rootOfRange } from "./log.js";

const CHUNK_BYTES = 128;
export const CHUNK_ENTRIES = 8 * CHUNK_BYTES;
const SMALLEST = 131072;
const LARGEST = 4194304;
const DAY_OR_COUNT = uint(0, 4294967296);

const UNNAMED = ""; // purposes count from 1

/** @type {import("./form.js").Form} */
export const StatusList = refined(
  fields({
    purpose: oneOf([UNNAMED, "revocation", "suspension", "refresh"]),
    size: uint(SMALLEST, LARGEST),
    root: hash,
    ones: uint(0, LARGEST),
    day: DAY_OR_COUNT,
    setToday: DAY_OR_COUNT,
    createdMs: uint(),
  }),
  (list) => list.purpose !== UNNAMED && list.size % CHUNK_ENTRIES === 0,
);

/** @param {Uint8Array} body @returns {object} @throws {Refusal} `unreadable` */
export function readStatusList(body) {
  try {
    return StatusList.fromCbor(decode(body));
  } catch (error) {
    throw error instanceof Refusal ? new Refusal("unreadable") : error;
  }
}

/** @throws {Refusal} `chunk`, where the bits are not those of the chunk of this number */
export function checkChunk(list, number, bits, path) {
  const root = rootOfLeaf(list.size / CHUNK_ENTRIES, number, leafHash(bits), path);
  check(root !== null && equalBytes(root, list.root), "chunk");
}

/** @throws {Refusal} `chunk`, where the bits are not those of the list */
export function checkAllBits(list, bits) {
  check(bits.length === list.size / 8, "chunk");
  const leaves = [];
  for (let i = 0; i < bits.length; i += CHUNK_BYTES) {
    leaves.push(leafHash(bits.subarray(i, i + CHUNK_BYTES)));
  }
  check(equalBytes(rootOfRange(leaves.length, 0, leaves, []), list.root), "chunk");
}
