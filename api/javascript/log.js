// Merkle logs: docs/answers.md, Logs (RFC 6962, section 2.1).

import { check } from "./errors.js";
import { sha256 } from "./hash.js";

const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);

/** @param {Uint8Array} leaf @returns {Uint8Array} */
export function leafHash(leaf) {
  return sha256(LEAF, leaf);
}

function innerHash(left, right) {
  return sha256(INNER, left, right);
}

/** The largest power of two below n > 1. Numbers have up to 53 bits, so there are no shifts here. */
function split(n) {
  let power = 1;
  while (2 * power < n) {
    power *= 2;
  }
  return power;
}

/**
 * The root over a range of leaves and what lies beside it.
 * @param {number} count  how many leaves the log has
 * @param {number} first  the number of the first leaf of the range
 * @param {Uint8Array[]} leaves  the hashes of the leaves of the range, one at least
 * @param {Uint8Array[]} path  from left to right
 * @returns {Uint8Array}
 * @throws {Refusal} `impossible`
 */
export function rootOfRange(count, first, leaves, path) {
  check(leaves.length <= count && first <= count - leaves.length, "impossible");
  const end = first + leaves.length;
  let used = 0;
  const rootOf = (from, to) => {
    if (to <= first || end <= from) {
      check(used < path.length, "impossible");
      return path[used++];
    }
    if (to - from === 1) {
      return leaves[from - first];
    }
    const middle = from + split(to - from);
    const left = rootOf(from, middle);
    return innerHash(left, rootOf(middle, to));
  };
  const root = rootOf(0, count);
  check(used === path.length, "impossible");
  return root;
}

/**
 * The root over one leaf and its audit path (RFC 9162, section 2.1.3.2).
 * @param {number} size  how many leaves the log has
 * @param {number} number  the leaf's
 * @param {Uint8Array} leaf  its hash
 * @param {Uint8Array[]} path  from the leaf upwards
 * @returns {Uint8Array | null} null where no such path can be
 */
export function rootOfLeaf(size, number, leaf, path) {
  if (number >= size) {
    return null;
  }
  let place = number;
  let last = size - 1; // of the level
  let root = leaf;
  for (const sibling of path) {
    if (last === 0) {
      return null;
    }
    if (place % 2 === 1 || place === last) {
      root = innerHash(sibling, root);
      while (place % 2 === 0 && place !== 0) {
        place /= 2; // alone on its level, it rises as it is
        last = Math.floor(last / 2);
      }
    } else {
      root = innerHash(root, sibling);
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? root : null;
}
