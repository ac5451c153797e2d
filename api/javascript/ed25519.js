// Signatures: docs/records.md, Ed25519. Web Crypto checks rules 1 and 4; rules 2 and 3 come before it. Rule 1 is
// checked here too, which costs nothing, lest an implementation of Web Crypto should not.

import { toHex } from "./bytes.js";
import { UnsupportedError } from "./errors.js";

const ALGORITHM = { name: "Ed25519" };
const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n; // RFC 8032, 5.1

// Rule 3, without the sign bit.
const SMALL_ORDER = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/**
 * @param {Uint8Array} publicKey  32 bytes
 * @param {Uint8Array} message
 * @param {Uint8Array} signature  64 bytes
 * @returns {Promise<boolean>}
 * @throws {UnsupportedError} where the platform has no Ed25519
 */
export async function isGoodSignature(publicKey, message, signature) {
  const subtle = await platform();
  const key = await goodKey(subtle, publicKey);
  if (key === null || isSmallOrder(signature.subarray(0, 32)) || littleEndian(signature.subarray(32)) >= L) {
    return false;
  }
  return subtle.verify(ALGORITHM, key, signature, message);
}

// Promises of keys by their bytes in hexadecimal: the same few validators sign every answer, and to look at a key takes
// as long as to verify a signature. Only keys that the reader trusts come in here.
const keys = new Map();
const MOST_KEYS = 1024;

function goodKey(subtle, publicKey) {
  const name = toHex(publicKey);
  if (!keys.has(name)) {
    if (keys.size >= MOST_KEYS) {
      keys.clear();
    }
    keys.set(name, readKey(subtle, publicKey));
  }
  return keys.get(name);
}

/** Rules 2 and 3 for a key. @returns {Promise<CryptoKey | null>} */
async function readKey(subtle, publicKey) {
  if (isSmallOrder(publicKey) || !isPoint(publicKey)) {
    return null;
  }
  return importKey(subtle, publicKey).catch(() => null);
}

function isSmallOrder(encoding) {
  const unsigned = encoding.slice();
  unsigned[31] &= 0x7f;
  return SMALL_ORDER.has(toHex(unsigned));
}

/**
 * Rule 2: a canonical y of which the curve −x² + y² = 1 + d·x²·y² has a point. x² = u / v with u = y² − 1 and
 * v = d·y² + 1, which is never 0; so there is an x where u·v is a square. That x is 0 for u = 0 only, and both those y
 * are in rule 3: the sign bit never matters.
 */
function isPoint(encoding) {
  const unsigned = encoding.slice();
  unsigned[31] &= 0x7f;
  const y = littleEndian(unsigned);
  if (y >= P) {
    return false;
  }
  const square = (y * y) % P;
  return isSquare(((square + P - 1n) * (D * square + 1n)) % P);
}

/** Euler's criterion, x^((p − 1) / 2) = 1, where (p − 1) / 2 = 2^254 − 10 = 4·(2^252 − 3) + 2. */
function isSquare(x) {
  if (x === 0n) {
    return true;
  }
  const x2 = power2(x, 1); // x^2
  const x9 = (power2(x2, 2) * x) % P;
  const x11 = (x9 * x2) % P;
  const x31 = (power2(x11, 1) * x9) % P; // x^(2^5 − 1)
  const ones10 = (power2(x31, 5) * x31) % P; // x^(2^10 − 1), and so on
  const ones20 = (power2(ones10, 10) * ones10) % P;
  const ones40 = (power2(ones20, 20) * ones20) % P;
  const ones50 = (power2(ones40, 10) * ones10) % P;
  const ones100 = (power2(ones50, 50) * ones50) % P;
  const ones200 = (power2(ones100, 100) * ones100) % P;
  const ones250 = (power2(ones200, 50) * ones50) % P;
  const root = (power2(ones250, 2) * x) % P; // x^(2^252 − 3)
  return (power2(root, 2) * x2) % P === 1n;
}

/** x^(2^times) */
function power2(x, times) {
  let power = x;
  for (let i = 0; i < times; i++) {
    power = (power * power) % P;
  }
  return power;
}

function littleEndian(bytes) {
  return BigInt(`0x${toHex(bytes.slice().reverse())}`);
}

let found = null; // the promise of Web Crypto, once looked for

function platform() {
  found ??= findPlatform();
  return found;
}

/** Tries a good key first: afterwards a key that is refused is a bad key, and no missing algorithm. */
async function findPlatform() {
  const crypto = globalThis.crypto ?? (await nodeCrypto());
  const subtle = crypto?.subtle; // browsers have it in secure contexts only
  if (subtle === undefined) {
    throw new UnsupportedError("no-web-crypto");
  }
  const base = new Uint8Array(32).fill(0x66);
  base[0] = 0x58;
  await importKey(subtle, base).catch((error) => {
    throw new UnsupportedError("no-ed25519", error);
  });
  return subtle;
}

/** Node.js 18 has Web Crypto in a module only. */
async function nodeCrypto() {
  if (globalThis.process?.versions?.node === undefined) {
    return undefined;
  }
  return (await import(/* webpackIgnore: true */ /* @vite-ignore */ "node:crypto")).webcrypto;
}

function importKey(subtle, publicKey) {
  return subtle.importKey("raw", publicKey, ALGORITHM, false, ["verify"]);
}
