// Public keys as text and bytes, and signatures by them: Ed25519, and ECDSA on P-256 with SHA-256
// (api/credentials/public_key.py, multikey.py). The algorithm is the key's and never the signature's.

import { decodeBase64url } from "../base64url.js";
import { concat } from "../bytes.js";
import { isGoodSignature } from "../ed25519.js";
import { asList, isObject } from "./document.js";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const MAX_TEXT = 128; // base58 is quadratic: the bound keeps it cheap
const MAX_ANY_KEY = 4_096;
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const ED25519 = { name: "Ed25519", prefix: [0xed, 0x01], length: 32, kind: "OKP", jose: ["EdDSA", "Ed25519"] };
const P256 = { name: "P-256", prefix: [0x80, 0x24], length: 33, kind: "EC", jose: ["ES256"] };
const ALGORITHMS = [ED25519, P256];

/** What should be a public key is none. */
export class KeyTextError extends Error {}

/**
 * @typedef {object} PublicKey
 * @property {object} algorithm  its `name` and the names in `jose`
 * @property {Uint8Array} raw  32 bytes, or a compressed point of 33
 */

/** @param {string} text  multibase base58btc @returns {Uint8Array} @throws {KeyTextError} */
export function decodeBase58(text, limit = MAX_TEXT) {
  if (!text.startsWith("z") || text.length > limit || [...text.slice(1)].some((letter) => !ALPHABET.includes(letter))) {
    throw new KeyTextError(`no multibase base58btc text of at most ${limit} characters`);
  }
  const digits = text.slice(1);
  const zeros = /^1*/.exec(digits)[0].length;
  let number = 0n;
  for (const letter of digits) {
    number = number * 58n + BigInt(ALPHABET.indexOf(letter));
  }
  const hex = number === 0n ? "" : number.toString(16);
  return concat(new Uint8Array(zeros), fromHex(hex.length % 2 ? `0${hex}` : hex));
}

function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/**
 * The key in a Multikey's bytes; null where its algorithm is not known here.
 * @param {Uint8Array} bytes @returns {PublicKey | null} @throws {KeyTextError} where it is malformed
 */
export function keyOfMultikey(bytes) {
  const algorithm = ALGORITHMS.find(({ prefix }) => bytes[0] === prefix[0] && bytes[1] === prefix[1]);
  if (algorithm === undefined) {
    return null;
  }
  const raw = bytes.slice(2);
  if (raw.length !== algorithm.length) {
    throw new KeyTextError(`a ${algorithm.name} key of ${raw.length} bytes, not ${algorithm.length}`);
  }
  if (algorithm === P256) {
    uncompressed(raw);
  }
  return { algorithm, raw };
}

/** The key of a `publicKeyMultibase`. @returns {PublicKey | null} @throws {KeyTextError} */
export function keyOfMultikeyText(text) {
  if (typeof text !== "string" || text.length < 2) {
    throw new KeyTextError("no multibase base58btc text");
  }
  if (text.length > MAX_TEXT && text.length <= MAX_ANY_KEY && /^z[1-9A-HJ-NP-Za-km-z]+$/.test(text)) {
    return null; // too long for any algorithm that is known here
  }
  return keyOfMultikey(decodeBase58(text));
}

/** The key of a JWK. @returns {PublicKey | null} @throws {KeyTextError} */
export function keyOfJwk(jwk) {
  if (!isObject(jwk) || typeof jwk.kty !== "string" || typeof (jwk.crv ?? "") !== "string") {
    throw new KeyTextError("no JWK");
  }
  const algorithm = ALGORITHMS.find(({ kind, name }) => jwk.kty === kind && jwk.crv === name);
  if (algorithm === undefined) {
    return null;
  }
  refuseOtherUse(jwk, algorithm);
  const x = coordinate(jwk, "x");
  if (algorithm === ED25519) {
    return { algorithm, raw: x };
  }
  const y = coordinate(jwk, "y");
  const raw = concat(Uint8Array.of(2 + (y[31] & 1)), x);
  if (toInteger(uncompressed(raw).subarray(33)) !== toInteger(y)) {
    throw new KeyTextError("a P-256 point that is not on the curve");
  }
  return { algorithm, raw };
}

function refuseOtherUse(jwk, algorithm) {
  const isOther =
    "d" in jwk ||
    ("alg" in jwk && !algorithm.jose.includes(jwk.alg)) ||
    ("use" in jwk && jwk.use !== "sig") ||
    ("key_ops" in jwk && !asList(jwk.key_ops).includes("verify"));
  if (isOther) {
    throw new KeyTextError("a JWK with its private part, or for another use");
  }
}

function coordinate(jwk, name) {
  const found = jwk[name];
  const bytes = typeof found === "string" && found.length <= 64 ? decodeBase64url(found) : null;
  if (bytes === null || bytes.length !== 32) {
    throw new KeyTextError(`a JWK whose ${name} is no base64url of 32 bytes`);
  }
  return bytes;
}

/** @param {PublicKey} key @param {Uint8Array} message @param {Uint8Array} signature  64 bytes @returns {Promise<boolean>} */
export async function isSignedBy(key, message, signature) {
  if (signature.length !== 64) {
    return false;
  }
  if (key.algorithm === ED25519) {
    return isGoodSignature(key.raw, message, signature);
  }
  const { subtle } = globalThis.crypto ?? (await import("node:crypto")).webcrypto;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const imported = await subtle.importKey("raw", uncompressed(key.raw), curve, false, ["verify"]);
  return subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported, signature, message);
}

/** SEC 1, §2.3.4: y² = x³ − 3x + b, and P ≡ 3 (mod 4), so that a root is a power. */
function uncompressed(raw) {
  const x = toInteger(raw.subarray(1));
  const square = mod(x * x * x - 3n * x + B);
  let y = power(square, (P + 1n) / 4n);
  if ((raw[0] !== 2 && raw[0] !== 3) || x >= P || mod(y * y) !== square) {
    throw new KeyTextError("a P-256 point that is not compressed, or not on the curve");
  }
  y = Number(y & 1n) === raw[0] - 2 ? y : mod(-y);
  return concat(Uint8Array.of(4), raw.subarray(1), fromHex(y.toString(16).padStart(64, "0")));
}

function mod(number) {
  return ((number % P) + P) % P;
}

function power(base, exponent) {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    result = rest & 1n ? mod(result * square) : result;
    square = mod(square * square);
  }
  return result;
}

function toInteger(bytes) {
  return bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}
