// Whoever is behind a DID: a record of the registry, or the DID itself (did:key, did:jwk). api/credentials/did_methods
// and the body of `did` and `member` records in docs/records.md.

import { decodeBase64url } from "../base64url.js";
import { decode } from "../cbor.js";
import { DocumentError, load } from "./document.js";
import { Flaw, MAX_NAME_EXCERPT, shortened } from "./flaw.js";
import { keyOfJwk, keyOfMultikeyText, KeyTextError } from "./keys.js";

const DID_KEY = "did:key:";
const DID_JWK = "did:jwk:";
const MAX_JWK_TEXT = Math.floor((4 * 8_192) / 3);
export const ASSERTION = 1;
export const STATES = { 1: "active", 2: "retired", 3: "compromised", 4: "revoked" };

/** @typedef {{ type: "record", sponsor: string, attestedBy: string | null, keys: object[] }} Recorded */
/** @typedef {{ type: "keys", did: string, assertion: object[], authentication: object[] }} DidKeys */

/** The keys that a DID tells by itself; why there are none; null for a DID of any other method. */
export function keysInDid(did) {
  try {
    if (did.startsWith(DID_KEY)) {
      const text = did.slice(DID_KEY.length);
      return ofOneKey(did, text, keyOfMultikeyText(text));
    }
    return did.startsWith(DID_JWK) ? ofOneKey(did, "0", keyOfJwk(jwkIn(did))) : null;
  } catch (error) {
    if (error instanceof KeyTextError || error instanceof DocumentError) {
      return new Flaw("did-malformed", shortened(did, MAX_NAME_EXCERPT), error.message);
    }
    throw error;
  }
}

function ofOneKey(did, fragment, key) {
  const listed = { id: `${did}#${fragment}`, key, controller: did };
  return { type: "keys", did, assertion: [listed], authentication: [listed] };
}

function jwkIn(did) {
  const text = did.slice(DID_JWK.length);
  const bytes = text.length <= MAX_JWK_TEXT ? decodeBase64url(text) : null;
  if (bytes === null) {
    throw new KeyTextError("no base64url text of a JWK");
  }
  return load(bytes);
}

/** The record that an answer of the registry proves. @param {string} body  base64url of CBOR @returns {Recorded} */
export function readDid(body) {
  const [sponsor, , keys, , , attestedBy] = decode(decodeBase64url(body));
  const read = keys.map(([fragment, purpose, multikey, periods]) => ({ fragment, purpose, multikey, periods }));
  return { type: "record", sponsor, attestedBy, keys: read };
}

/**
 * Whether a record may speak for its name: a did:web that a member registered for another name counts once a member
 * other than that has attested the domain. Any member could take any name of the web so.
 */
export function nameCounts(did, { sponsor, attestedBy }) {
  return !did.startsWith("did:web:") || sponsor === did || attestedBy !== null;
}

/** The member that answers for an issuer: official names, country, whether it has ended. */
export function readMember(body, asOfMs) {
  const [names, country, , , , , states] = decode(decodeBase64url(body));
  const begun = states.filter(([, sinceMs]) => sinceMs <= asOfMs);
  const english = names.find(([language]) => language.toLowerCase().split("-")[0] === "en");
  const hasEnded = begun.length > 0 && begun[begun.length - 1][0] === 2;
  return { name: (english ?? names[0])[1], names: names.map(([, text]) => text), country, hasEnded };
}

/** The state of a recorded key at a time; null before its first period. A compromise overrides everything. */
export function stateAt(key, timeMs) {
  const begun = key.periods.filter(([, sinceMs]) => sinceMs <= timeMs).map(([state]) => STATES[state]);
  if (begun.includes("compromised")) {
    return "compromised";
  }
  return begun[begun.length - 1] ?? null;
}
