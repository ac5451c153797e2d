// SD-JWT VC: a token, the claims that are disclosed with it, and the holder's proof of a key. Rules of
// api/credentials/formats/sd_jwt and api/credentials/sd_jwt_vc.

import { encodeBase64url } from "../base64url.js";
import { concat, toUtf8 } from "../bytes.js";
import { sha256 } from "../hash.js";
import { numericDate, numericPeriod } from "./dates.js";
import { canonical, DocumentError, isObject, load, loadJson, MAX_BYTES, MAX_DEPTH, without } from "./document.js";
import { excerpt, Flaw, isInconclusive } from "./flaw.js";
import { keyOfJwk, KeyTextError } from "./keys.js";
import { statusOfToken } from "./status-entries.js";
import {
  algorithmOf,
  decodedPart,
  extensionFlaw,
  readCompact,
  SD_JWT_TYPES,
  tokenProof,
  typeFlaws,
  verifyToken,
} from "./token.js";
import { isUrl } from "./url.js";
import { signaturePeriod, TokenClaims } from "./vc-jwt.js";

const MAX_DISCLOSURES = 256;
const RESERVED = ["_sd", "...", "_sd_alg"];
const NEVER_DISCLOSED = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"];
const PUBLIC_MEMBERS = ["kty", "crv", "x", "y"];
const PREFIXES = { Ed25519: [0xed, 0x01], "P-256": [0x80, 0x24] };

/** What an SD-JWT VC says with its disclosures (`token`), and without (`plain`). */
class SdJwtVcClaims {
  constructor(header, token, plain, wrongEnvelope) {
    Object.assign(this, { header, token, plain, wrongEnvelope });
    this.document = token;
  }

  get id() {
    return typeof this.token.jti === "string" && this.token.jti ? this.token.jti : null;
  }

  get issuer() {
    return isUrl(this.plain.iss) ? this.plain.iss : null;
  }

  get period() {
    return numericPeriod(this.plain, ["nbf"], ["exp"]);
  }

  get statuses() {
    return statusOfToken(this.plain, this.issuer);
  }

  get schemas() {
    return [];
  }

  get holders() {
    const jwk = holderJwk(this.plain);
    return [...(isObject(jwk) ? [didJwkOf(jwk)] : []), ...(isUrl(this.token.sub) ? [this.token.sub] : [])];
  }

  get names() {
    const text = (found) => (typeof found === "string" ? found : "");
    const parts = [text(this.token.given_name), text(this.token.family_name)].filter((part) => part);
    const subject = text(this.token.name) || parts.join(" ");
    return { issuer: "", achievement: "", subject, kind: text(this.plain.vct) };
  }

  get dataModel() {
    return "SD-JWT VC";
  }

  formFlaws() {
    const flaws = [...this.wrongEnvelope];
    if (typeof this.plain.vct !== "string" || !this.plain.vct) {
      flaws.push(new Flaw("type", "/vct", excerpt(this.plain.vct)));
    }
    if (!("iss" in this.plain) && "x5c" in this.header) {
      flaws.push(new Flaw("method-unsupported", "its issuer is named by a certificate alone (x5c)"));
    } else if (this.issuer === null) {
      flaws.push(new Flaw("issuer-unnamed", "/iss", excerpt(this.plain.iss)));
    }
    for (const name of NEVER_DISCLOSED.filter((each) => each in this.token && !(each in this.plain))) {
      flaws.push(new Flaw("member", `/${name} is a disclosure, and must stand in the token`));
    }
    if ("cnf" in this.plain && !isObject(this.plain.cnf)) {
      flaws.push(new Flaw("member", "/cnf", excerpt(this.plain.cnf)));
    }
    return flaws;
  }
}

/** @param {string} text @returns {Promise<import("./data-integrity.js").Secured>} @throws {DocumentError} */
export async function readSdJwt(text) {
  const parts = text.split("~");
  const last = parts[parts.length - 1];
  const disclosures = parts.slice(1, -1);
  if (disclosures.length > MAX_DISCLOSURES) {
    throw new DocumentError("too-large", `It has ${disclosures.length} disclosures.`);
  }
  const jws = readCompact(parts[0]);
  const read = disclosures.map(readDisclosure);
  const holderToken = last === "" ? null : readCompact(last);
  return secured(jws, read, holderToken, text.slice(0, text.length - last.length));
}

async function secured(jws, disclosures, holderToken, bound) {
  const payload = load(jws.payload);
  const plain = without(payload, ...RESERVED);
  const found = disclosed(payload, disclosures);
  const [token, unfitting] = found instanceof Flaw ? [plain, found] : [found, null];
  const binding = holderToken === null ? null : await bindingFlaw(holderToken, plain, bound);
  const wrong = [...typeFlaws(jws.header, SD_JWT_TYPES), ...(binding === null ? [] : [binding])];
  const isDocument = !("vct" in token) && "@context" in token;
  const claims = isDocument
    ? new TokenClaims(jws.header, token, wrong)
    : new SdJwtVcClaims(jws.header, token, plain, wrong);
  const period = isDocument ? signaturePeriod(token) : numericPeriod(token, ["iat"], []);
  return { claims, proofs: [tokenProof(jws, "SD-JWT", claims, period, unfitting)], unproved: null, needsNode: false };
}

function readDisclosure(text, index) {
  const parts = loadJson(decodedPart(text, `disclosure ${index + 1}`, MAX_BYTES));
  const isOne = Array.isArray(parts) && (parts.length === 2 || (parts.length === 3 && typeof parts[1] === "string"));
  if (!isOne || typeof parts[0] !== "string") {
    throw new DocumentError("not-a-token", `Its disclosure ${index + 1} is no array of salt, name and value.`);
  }
  return { digest: digestText(text), name: parts.length === 3 ? parts[1] : null, value: parts[parts.length - 1] };
}

function digestText(text) {
  return encodeBase64url(sha256(toUtf8(text)));
}

class Refused extends Error {}

/** The payload with what is disclosed, or why it does not fit. */
function disclosed(payload, disclosures) {
  const algorithm = "_sd_alg" in payload ? payload._sd_alg : "sha-256";
  if (algorithm !== "sha-256") {
    return new Flaw("suite-unsupported", `_sd_alg is ${excerpt(algorithm)}`, "sha-256 is read");
  }
  try {
    return unfolded(without(payload, "_sd_alg"), disclosures);
  } catch (error) {
    if (error instanceof Refused) {
      return new Flaw("proof-malformed", error.message);
    }
    throw error;
  }
}

function unfolded(payload, disclosures) {
  const waiting = new Map(disclosures.map((disclosure) => [disclosure.digest, disclosure]));
  if (waiting.size !== disclosures.length) {
    throw new Refused("a disclosure is there twice");
  }
  const document = new Unfolding(waiting).object(payload, 1);
  if (waiting.size > 0) {
    throw new Refused("a disclosure is named by no digest");
  }
  return document;
}

class Unfolding {
  constructor(waiting) {
    this.waiting = waiting;
    this.met = new Set();
  }

  object(found, depth) {
    if ("..." in found || "_sd_alg" in found) {
      throw new Refused("a reserved member where none may stand");
    }
    const shown = Object.create(null);
    for (const name of Object.keys(found).filter((each) => each !== "_sd")) {
      shown[name] = this.inner(found[name], depth);
    }
    const digests = "_sd" in found ? found._sd : [];
    if (!Array.isArray(digests)) {
      throw new Refused("_sd is no list");
    }
    for (const disclosure of digests.map((digest) => this.take(digest)).filter((each) => each !== null)) {
      if (disclosure.name === null || RESERVED.includes(disclosure.name) || disclosure.name in shown) {
        throw new Refused("a disclosure has no name, or one that is taken");
      }
      shown[disclosure.name] = this.inner(disclosure.value, depth);
    }
    return shown;
  }

  inner(found, depth) {
    if (typeof found !== "object" || found === null) {
      return found;
    }
    if (depth === MAX_DEPTH) {
      throw new Refused(`it is nested more than ${MAX_DEPTH} levels deep`);
    }
    return Array.isArray(found) ? this.array(found, depth + 1) : this.object(found, depth + 1);
  }

  array(found, depth) {
    const shown = [];
    for (const element of found) {
      if (!isObject(element) || !("..." in element)) {
        shown.push(this.inner(element, depth));
        continue;
      }
      const disclosure = this.take(element["..."]);
      if (Object.keys(element).length !== 1 || (disclosure !== null && disclosure.name !== null)) {
        throw new Refused("a digest of an element stands beside others, or its disclosure has a name");
      }
      if (disclosure !== null) {
        shown.push(this.inner(disclosure.value, depth));
      }
    }
    return shown;
  }

  take(digest) {
    if (typeof digest !== "string" || this.met.has(digest)) {
      throw new Refused("a digest is no text, or stands in two places");
    }
    this.met.add(digest);
    const disclosure = this.waiting.get(digest) ?? null;
    this.waiting.delete(digest);
    return disclosure;
  }
}

/** What is wrong with the holder's proof; null where nothing is, or another verifier may know. */
async function bindingFlaw(jws, token, bound) {
  const payload = load(jws.payload);
  for (const flaw of [...typeFlaws(jws.header, ["kb+jwt"]), extensionFlaw(jws.header), algorithmOf(jws.header)]) {
    if (flaw instanceof Flaw) {
      return isInconclusive(flaw.reason) ? null : wrong(flaw.detail);
    }
  }
  const key = holderKey(token);
  if (key === null || key instanceof Flaw) {
    return key;
  }
  const multikey = concat(Uint8Array.from(PREFIXES[key.algorithm.name]), key.raw);
  if ((await verifyToken(jws, multikey)) !== null) {
    return wrong("another key signed it");
  }
  const isText = (found) => typeof found === "string" && found !== "";
  if (payload.sd_hash !== digestText(bound) || !isText(payload.aud) || !isText(payload.nonce)) {
    return wrong("sd_hash is of other disclosures, or aud and nonce are missing");
  }
  return numericDate(payload.iat, "/iat") instanceof Flaw ? wrong("/iat is no date") : null;
}

function holderKey(token) {
  try {
    return keyOfJwk(holderJwk(token));
  } catch (error) {
    if (error instanceof KeyTextError) {
      return wrong(`cnf holds no key: ${error.message}`);
    }
    throw error;
  }
}

function wrong(why) {
  return new Flaw("holder-proof-wrong", why);
}

function holderJwk(token) {
  return isObject(token.cnf) ? token.cnf.jwk : null;
}

function didJwkOf(jwk) {
  const shown = Object.create(null);
  PUBLIC_MEMBERS.filter((name) => name in jwk).forEach((name) => (shown[name] = jwk[name]));
  return `did:jwk:${encodeBase64url(canonical(shown))}`;
}
