// JSON documents that carry their proofs, by the suites that hash RFC 8785 (eddsa-jcs-2022, ecdsa-jcs-2019): rules P1 to
// P7 of api/credentials/formats/data_integrity. A suite that needs JSON-LD is told apart: a node can check it.

import { concat } from "../bytes.js";
import { sha256 } from "../hash.js";
import { Claims } from "./claims.js";
import { periodOf } from "./dates.js";
import { asList, canonical, canonicalText, copied, eachWithPlace, isObject, without } from "./document.js";
import { excerpt, Flaw, shortened } from "./flaw.js";
import { decodeBase58, isSignedBy, keyOfMultikey, KeyTextError } from "./keys.js";
import { isUrl } from "./url.js";

const MAX_PROOFS = 8;
const MAX_VALUE = 140;
const SUITES = [
  { name: "eddsa-jcs-2022", algorithm: "Ed25519", isJcs: true },
  { name: "ecdsa-jcs-2019", algorithm: "P-256", isJcs: true },
  { name: "eddsa-rdfc-2022", algorithm: "Ed25519", isJcs: false },
  { name: "ecdsa-rdfc-2019", algorithm: "P-256", isJcs: false },
  { name: "Ed25519Signature2020", algorithm: "Ed25519", isJcs: false, hasOwnType: true },
];

/**
 * @typedef {object} Secured
 * @property {Claims} claims
 * @property {object[]} proofs  each with `place`, `suite`, `key`, `period`, `flaw`, `covered`, `remark`, `verify`
 * @property {Flaw | null} unproved  why no proof can be read
 * @property {boolean} needsNode  whether a proof is of a suite that only a node can check
 */

/** @param {object} document  as `load` gives it @returns {Secured} */
export function securedDocument(document) {
  const claims = new Claims(document);
  const found = document.proof ?? null;
  const every = asList(found);
  if (found === null || every.length === 0 || every.length > MAX_PROOFS || !every.every(isObject)) {
    const told = every.length > MAX_PROOFS ? `The document has more than ${MAX_PROOFS} proofs` : "The document has no proof";
    return { claims, proofs: [], unproved: new Flaw("no-readable-proof", told), needsNode: false };
  }
  const places = eachWithPlace(found, "/proof").map(([place]) => place);
  const proofs = every.map((proof, index) => placed(document, proof, places[index], every));
  return { claims, proofs, unproved: null, needsNode: proofs.some((proof) => proof.needsNode) };
}

function placed(document, proof, place, every) {
  const key = keyOf(proof, new Claims(document).issuer);
  const read = readProof(document, proof, place, key, every);
  const named = proof.cryptosuite ?? proof.type;
  return {
    place,
    key,
    suite: typeof named === "string" ? shortened(named, 60) : "",
    period: periodOf(proof, ["created"], ["expires"], place),
    flaw: read.flaw ?? null,
    covered: new Claims(coveredBy(document, proof)),
    remark: remarkOn(document, proof, read),
    needsNode: read.needsNode === true,
    verify: (multikey) => verify(document, proof, read, multikey),
  };
}

function coveredBy(document, proof) {
  if (!("@context" in proof)) {
    return document;
  }
  const covered = copied(document);
  covered["@context"] = proof["@context"];
  return covered;
}

function readProof(document, proof, place, key, every) {
  const suite = SUITES.find(({ name, hasOwnType }) =>
    hasOwnType ? proof.type === name : proof.type === "DataIntegrityProof" && proof.cryptosuite === name,
  );
  if (suite === undefined) {
    const told = ["type", "cryptosuite"].filter((name) => name in proof).map((name) => excerpt(proof[name]));
    return { flaw: new Flaw("suite-unsupported", place, ...told) };
  }
  const signature = signatureOf(proof, suite);
  if (signature instanceof Flaw) {
    return { flaw: signature };
  }
  const malformed = malformedMember(proof, place);
  if (malformed !== null) {
    return { flaw: malformed };
  }
  const earlier = earlierProofs(proof, place, every);
  if (earlier instanceof Flaw) {
    return { flaw: earlier };
  }
  const misused = misuse(proof, key, place);
  if (misused !== null || suite.isJcs) {
    return { flaw: misused, suite, signature, earlier };
  }
  const told = `${suite.name} signs what the document says, not how it is written; a node can check that`;
  return { flaw: new Flaw("suite-unsupported", place, told), needsNode: true };
}

function signatureOf(proof, suite) {
  let signature = new Uint8Array(0);
  try {
    signature = typeof proof.proofValue === "string" ? decodeBase58(proof.proofValue, MAX_VALUE) : signature;
  } catch (error) {
    if (!(error instanceof KeyTextError)) {
      throw error;
    }
  }
  if (signature.length === 96 && suite.algorithm === "P-256") {
    return new Flaw("suite-unsupported", "it is by a P-384 key");
  }
  return signature.length === 64 ? signature : new Flaw("proof-malformed", "proofValue is no signature of 64 bytes");
}

function malformedMember(proof, place) {
  const isText = (found) => typeof found === "string";
  const areTexts = (found) => asList(found).length > 0 && asList(found).every(isText);
  const isMissing = ["verificationMethod", "proofPurpose"].find((name) => !isText(proof[name]));
  const isNoText = ["challenge"].find((name) => (proof[name] ?? null) !== null && !isText(proof[name]));
  const areNoTexts = ["previousProof", "domain"].find((name) => name in proof && !areTexts(proof[name]));
  const name = isMissing ?? isNoText ?? areNoTexts;
  return name === undefined ? null : new Flaw("proof-malformed", place, `${name} is ${excerpt(proof[name])}`);
}

function earlierProofs(proof, place, every) {
  const names = "previousProof" in proof ? asList(proof.previousProof) : [];
  for (const name of names) {
    if (every.filter(({ id }) => id === name).length !== 1) {
      return new Flaw("no-readable-proof", place, "it is bound to an earlier proof that is not there", excerpt(name));
    }
  }
  return every.filter(({ id }) => names.includes(id));
}

/** The DID URL of the key that a proof names; "" where it names none, or adds a path or query. */
function keyOf(proof, issuer) {
  const method = proof.verificationMethod;
  if (typeof method !== "string") {
    return "";
  }
  if (method.startsWith("#") && issuer !== null) {
    return issuer + method;
  }
  const hash = method.indexOf("#");
  const signer = hash < 0 ? method : method.slice(0, hash);
  const isPlain = !(signer.startsWith("did:") && /[/?]/.test(signer));
  const isKey = (hash >= 0 && hash < method.length - 1) || /^did:(key|jwk):/.test(signer);
  return isPlain && isKey && isUrl(method) ? method : "";
}

function misuse(proof, key, place) {
  if (proof.proofPurpose !== "assertionMethod") {
    return new Flaw("proof-purpose", `${place}/proofPurpose`, excerpt(proof.proofPurpose));
  }
  return key ? null : new Flaw("proof-malformed", `${place}/verificationMethod`, "it names no key of a DID");
}

function remarkOn(document, proof, { earlier = [] }) {
  const count = "@context" in proof ? asList(proof["@context"]).length : Infinity;
  const uncovered = Array.isArray(document["@context"]) && count < document["@context"].length;
  return [
    uncovered ? `/@context from entry ${count} on is not signed and does not count` : "",
    earlier.length > 0 ? `it covers ${earlier.length} earlier proofs` : "",
    "domain" in proof ? `it was made for ${excerpt(asList(proof.domain).join(", "))}` : "",
  ].filter((part) => part).join("; ");
}

async function verify(document, proof, { suite, signature, earlier }, multikey) {
  const key = readKey(multikey);
  if (key instanceof Flaw) {
    return key;
  }
  if (key.algorithm.name !== suite.algorithm) {
    return new Flaw("algorithm-mismatch", `The key is of ${key.algorithm.name}`);
  }
  const signed = signedBytes(document, proof, earlier);
  return signed !== null && (await isSignedBy(key, signed, signature)) ? null : new Flaw("wrong-signature");
}

/** The key in some bytes, or the flaw of one that cannot be read. */
export function readKey(multikey) {
  try {
    return keyOfMultikey(multikey) ?? new Flaw("key-unreadable", "a key of an algorithm unknown here");
  } catch (error) {
    if (error instanceof KeyTextError) {
      return new Flaw("key-unreadable", error.message);
    }
    throw error;
  }
}

/** SHA-256(proof without its value) ‖ SHA-256(document without proofs); null where its `@context` is another. */
function signedBytes(document, proof, earlier) {
  const configuration = without(proof, "proofValue");
  const unsecured = without(document, "proof");
  const context = "@context" in proof ? proof["@context"] : unsecured["@context"];
  const wanted = asList(context);
  if (canonicalText(asList(unsecured["@context"]).slice(0, wanted.length)) !== canonicalText(wanted)) {
    return null;
  }
  if (context !== undefined && context !== null) {
    unsecured["@context"] = context;
  }
  if (earlier.length > 0) {
    unsecured.proof = earlier;
  }
  return concat(sha256(canonical(configuration)), sha256(canonical(unsecured)));
}
