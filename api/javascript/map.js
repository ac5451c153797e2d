// The map of all records: docs/answers.md, The map.

import { equalBytes } from "./bytes.js";
import { encode } from "./cbor.js";
import { check } from "./errors.js";
import { bytes, fields, hash, list, optional } from "./form.js";
import { hashUnder, sha256 } from "./hash.js";

const LEAF = Uint8Array.of(2);
const INNER = Uint8Array.of(3);
const EMPTY = new Uint8Array(32);

/** @type {import("./form.js").Form} */
export const MapPath = fields({
  present: bytes(0, 32),
  siblings: list(hash, 0, 256),
  other: optional(list(hash, 2)),
});

/** @param {string} kind @param {string} id @returns {Uint8Array} */
export function mapKey(kind, id) {
  return hashUnder("matricula/map-key/v1", encode([kind, id]));
}

/** @param {number} count @param {Uint8Array} root  of the record's log @returns {Uint8Array} its value in the map */
export function recordHead(count, root) {
  return hashUnder("matricula/record-head/v1", encode([count, root]));
}

/** The root of a map that has this value under the key. @throws {Refusal} `impossible` */
export function rootWith(key, value, path) {
  check(path.other === null, "impossible");
  return climb(key, leafHash(key, value), path, depthOf(path));
}

/** The root of a map that has nothing under the key. @throws {Refusal} `impossible` */
export function rootWithout(key, path) {
  const depth = depthOf(path);
  if (path.other === null) {
    return climb(key, EMPTY, path, depth);
  }
  const [otherKey, otherValue] = path.other;
  check(!equalBytes(otherKey, key) && shareBits(otherKey, key, depth), "impossible");
  return climb(key, leafHash(otherKey, otherValue), path, depth);
}

function leafHash(key, value) {
  return sha256(LEAF, key, value);
}

/** Bit i, most significant first. */
function bit(bitmap, i) {
  return (bitmap[i >> 3] >> (7 - (i & 7))) & 1;
}

function shareBits(a, b, count) {
  for (let i = 0; i < count; i++) {
    if (bit(a, i) !== bit(b, i)) {
      return false;
    }
  }
  return true;
}

/** How long a path is, whose form is checked here. */
function depthOf({ present, siblings }) {
  check(present.length === 0 || present[present.length - 1] !== 0, "impossible");
  let ones = 0;
  let depth = 0;
  for (let i = 0; i < 8 * present.length; i++) {
    if (bit(present, i) === 1) {
      ones += 1;
      depth = i + 1;
    }
  }
  check(ones === siblings.length, "impossible");
  check(!siblings.some((sibling) => equalBytes(sibling, EMPTY)), "impossible");
  return depth;
}

function climb(key, start, { present, siblings }, depth) {
  let root = start;
  let left = siblings.length;
  for (let i = depth - 1; i >= 0; i--) {
    const sibling = bit(present, i) === 1 ? siblings[--left] : EMPTY;
    root = bit(key, i) === 1 ? sha256(INNER, sibling, root) : sha256(INNER, root, sibling);
  }
  return root;
}
