// Signed tokens: the compact serialization of a JWS, and what of its header counts. Rules J1 to J4 and H1 to H4 of
// api/credentials/formats/jose.

import { decodeBase64url } from "../base64url.js";
import { fromUtf8, toUtf8 } from "../bytes.js";
import { DocumentError, load, MAX_BYTES } from "./document.js";
import { readKey } from "./data-integrity.js";
import { excerpt, Flaw, isInconclusive } from "./flaw.js";
import { isSignedBy } from "./keys.js";
import { isUrl } from "./url.js";

const MAX_HEADER = 16_384;
const MAX_SIGNATURE = 1_024;
const BEGINNING = /^e[yw][A-Za-z0-9_-]{6,32768}\./;
const ALGORITHMS = ["EdDSA", "Ed25519", "ES256"];
const KEYS_IN_HEADER = ["jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256"];
const REGISTERED = ["alg", "typ", "cty", "kid", "crit", ...KEYS_IN_HEADER];
const CREDENTIAL_TYPES = ["vc+jwt", "vc+ld+jwt", "vc-ld+jwt"];
export const JWT_TYPES = [...CREDENTIAL_TYPES, null, "jwt"];
export const SD_JWT_TYPES = ["dc+sd-jwt", "vc+sd-jwt", "vc+ld+sd-jwt", "vc-ld+sd-jwt"];
export const OWN_TYPES = [...CREDENTIAL_TYPES, ...SD_JWT_TYPES];

/** The text of a token without what a file puts around it; null where the bytes begin as something else. */
export function tokenText(bytes) {
  if (bytes.length > MAX_BYTES) {
    throw new DocumentError("too-large", `It has ${bytes.length} bytes, and ${MAX_BYTES} are read.`);
  }
  const text = (fromUtf8(bytes) ?? "").replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  const bare = /^"[^]*"$/.test(text) ? text.slice(1, -1) : text;
  return BEGINNING.test(bare) ? bare : null;
}

/**
 * @typedef {object} Jws  a token whose signature nobody has checked
 * @property {object} header @property {Uint8Array} payload @property {Uint8Array} signature
 * @property {Uint8Array} signingInput
 */

/** @param {string} text @returns {Jws} @throws {DocumentError} */
export function readCompact(text) {
  const parts = text.split(".");
  if (parts.length !== 3) {
    const told = parts.length === 5 ? "it is encrypted, and only whom it is for can read it" : "a token has three";
    throw new DocumentError("not-a-token", `It has ${parts.length} parts: ${told}.`);
  }
  const [header, payload, signature] = [
    decodedPart(parts[0], "header", MAX_HEADER),
    decodedPart(parts[1], "payload", MAX_BYTES),
    decodedPart(parts[2], "signature", MAX_SIGNATURE),
  ];
  return { header: load(header), payload, signature, signingInput: toUtf8(text.slice(0, text.lastIndexOf("."))) };
}

/** @throws {DocumentError} */
export function decodedPart(text, name, limit) {
  const bytes = 3 * text.length > 4 * limit ? null : decodeBase64url(text);
  if (bytes === null) {
    throw new DocumentError("not-a-token", `Its ${name} is no base64url text of at most ${limit} bytes.`);
  }
  return bytes;
}

/** `alg` as it is written, where it is one that is read; else why not. */
export function algorithmOf(header) {
  const named = header.alg;
  if (ALGORITHMS.includes(named)) {
    return named;
  }
  if (typeof named !== "string" || named.toLowerCase() === "none" || named.toUpperCase().startsWith("HS")) {
    return new Flaw("proof-malformed", `alg is ${excerpt(named)}`, "that proves nothing about who signed");
  }
  return new Flaw("suite-unsupported", `alg is ${excerpt(named)}`, `${ALGORITHMS.join(", ")} are read`);
}

/** @returns {Flaw | null} */
export function extensionFlaw(header) {
  if ("b64" in header) {
    return new Flaw("proof-malformed", "b64", "a credential's payload is encoded");
  }
  if (!("crit" in header)) {
    return null;
  }
  const names = header.crit;
  const areExtensions =
    Array.isArray(names) &&
    names.length > 0 &&
    new Set(names).size === names.length &&
    names.every((name) => typeof name === "string" && name in header && !REGISTERED.includes(name));
  return new Flaw(areExtensions ? "suite-unsupported" : "proof-malformed", `crit is ${excerpt(names)}`);
}

/** The DID URL of the key that signed, or the issuer's bare DID where none is named; else why there is none. */
function keyOf(header, issuer) {
  const isOfDid = issuer !== null && issuer.startsWith("did:");
  if (!("kid" in header)) {
    return isOfDid ? issuer : nameless(header, issuer);
  }
  const named = header.kid;
  if (typeof named === "string" && named.startsWith("did:")) {
    return isKeyName(named) ? named : new Flaw("proof-malformed", `kid is ${excerpt(named)}`, "it names no key of a DID");
  }
  if (!isOfDid) {
    return nameless(header, issuer);
  }
  const fragment = typeof named === "string" ? named.replace(/^#/, "") : "";
  const isFragment = /^[A-Za-z0-9._~:=-]{1,128}$/.test(fragment);
  return isFragment ? `${issuer}#${fragment}` : new Flaw("proof-malformed", `kid is ${excerpt(named)}`);
}

function isKeyName(named) {
  const hash = named.indexOf("#");
  const signer = hash < 0 ? named : named.slice(0, hash);
  return isUrl(named) && !/[/?]/.test(signer) && hash !== named.length - 1;
}

function nameless(header, issuer) {
  if (issuer === null) {
    const reason = "x5c" in header ? "method-unsupported" : "proof-malformed";
    return new Flaw(reason, "neither kid nor the issuer names a DID");
  }
  return new Flaw("method-unsupported", "the issuer is no DID, and keys at a URL are not looked up", excerpt(issuer));
}

/** What a token says it is, in lower case without `application/`; null where it says nothing, "-" for no text. */
export function typeOf(header) {
  const named = header.typ ?? null;
  if (named === null) {
    return null;
  }
  return typeof named === "string" ? named.toLowerCase().replace(/^application\//, "") : "-";
}

/** @returns {Flaw[]} why a token of this type is none of the accepted ones */
export function typeFlaws(header, accepted) {
  return accepted.includes(typeOf(header)) ? [] : [new Flaw("type", `typ is ${excerpt(header.typ)}`)];
}

/** The one signature of a token over all that it says. `beside` is what is wrong with what the token has beside it. */
export function tokenProof(jws, envelope, covered, period, beside = null) {
  const algorithm = algorithmOf(jws.header);
  const key = keyOf(jws.header, covered.issuer);
  const ignored = KEYS_IN_HEADER.filter((name) => name in jws.header);
  return {
    place: "signature",
    suite: algorithm instanceof Flaw ? envelope : `${envelope} ${algorithm}`,
    key: key instanceof Flaw ? "" : key,
    period,
    flaw: firstFlaw(jws, algorithm, key, beside),
    covered,
    remark: ignored.length > 0 ? `the header's ${ignored.join(" and ")} is not trusted, and not used` : "",
    verify: (multikey) => verifyToken(jws, multikey),
  };
}

/** What is wrong stands before what is not known. */
function firstFlaw(jws, algorithm, key, beside) {
  const flaws = [algorithm, extensionFlaw(jws.header), key, beside].filter((found) => found instanceof Flaw);
  if (!(algorithm instanceof Flaw) && jws.signature.length !== 64) {
    flaws.push(new Flaw("proof-malformed", `the signature has ${jws.signature.length} bytes, not 64`));
  }
  return flaws.find((flaw) => !isInconclusive(flaw.reason)) ?? flaws[0] ?? null;
}

/** @returns {Promise<Flaw | null>} null where the signature is one by that key, of the algorithm that the header names */
export async function verifyToken(jws, multikey) {
  const algorithm = algorithmOf(jws.header);
  const key = readKey(multikey);
  for (const found of [algorithm, key]) {
    if (found instanceof Flaw) {
      return found;
    }
  }
  if (!key.algorithm.jose.includes(algorithm)) {
    return new Flaw("algorithm-mismatch", `alg is ${algorithm}, and the key is of ${key.algorithm.name}`);
  }
  return (await isSignedBy(key, jws.signingInput, jws.signature)) ? null : new Flaw("wrong-signature");
}
