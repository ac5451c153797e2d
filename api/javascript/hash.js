// SHA-256, and the hash with a domain of docs/answers.md (Encoding).
//
// Written here rather than taken from Web Crypto: that one is asynchronous, and an answer has up to 8,191 hashes of
// some hundred bytes, for each of which a promise costs many times the hash.

import { toUtf8 } from "./bytes.js";

const ROUND_CONSTANTS = new Int32Array(64);
const INITIAL = new Int32Array(8);
deriveConstants();

const state = new Int32Array(8);
const schedule = new Int32Array(64);
const block = new Uint8Array(64);
const blockView = new DataView(block.buffer);

/** The first 32 bits of the fractions of cube and square roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
function deriveConstants() {
  let found = 0;
  for (let candidate = 2; found < 64; candidate++) {
    if (isPrime(candidate)) {
      ROUND_CONSTANTS[found] = fraction(rootOf(BigInt(candidate), 3n));
      if (found < 8) {
        INITIAL[found] = fraction(rootOf(BigInt(candidate), 2n));
      }
      found++;
    }
  }
}

function isPrime(candidate) {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
    if (candidate % divisor === 0) {
      return false;
    }
  }
  return true;
}

/** ⌊n^(1 / degree) · 2^32⌋, exact. */
function rootOf(n, degree) {
  const target = n << (32n * degree);
  let root = 0n;
  for (let bit = 1n << 37n; bit > 0n; bit >>= 1n) {
    if ((root + bit) ** degree <= target) {
      root += bit;
    }
  }
  return root;
}

function fraction(scaled) {
  return Number(BigInt.asIntN(32, scaled));
}

/** SHA-256 of the parts, one behind the other. @param {Uint8Array[]} parts @returns {Uint8Array} 32 bytes */
export function sha256(...parts) {
  state.set(INITIAL);
  let length = 0;
  for (const part of parts) {
    absorb(part, length % 64);
    length += part.length;
  }
  finish(length);
  return toBytes(state);
}

function toBytes(words) {
  const bytes = new Uint8Array(4 * words.length);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = words[i >> 2] >>> (24 - 8 * (i & 3));
  }
  return bytes;
}

/** `used` is how much of the block was filled before. */
function absorb(part, used) {
  let offset = 0;
  while (offset < part.length) {
    if (used === 0 && part.length - offset >= 64) {
      compress(part, offset);
      offset += 64;
      continue;
    }
    block[used++] = part[offset++];
    if (used === 64) {
      compress(block, 0);
      used = 0;
    }
  }
}

function finish(length) {
  let used = length % 64;
  block[used++] = 0x80;
  if (used > 56) {
    block.fill(0, used);
    compress(block, 0);
    used = 0;
  }
  block.fill(0, used);
  blockView.setUint32(56, Math.floor(length / 2 ** 29)); // the length in bits, of which 32 fit in the next word
  blockView.setUint32(60, (length % 2 ** 29) * 8);
  compress(block, 0);
}

function compress(bytes, offset) {
  const w = schedule;
  for (let i = 0, at = offset; i < 16; i++, at += 4) {
    w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  // One by one: taking an array apart by its iterator costs more than the rounds.
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

const domains = new Map();

/** H(domain, x) = SHA-256(domain ‖ 0x00 ‖ x). @param {string} domain @param {Uint8Array} x @returns {Uint8Array} */
export function hashUnder(domain, x) {
  let prefix = domains.get(domain);
  if (prefix === undefined) {
    prefix = toUtf8(`${domain}\0`);
    domains.set(domain, prefix);
  }
  return sha256(prefix, x);
}
