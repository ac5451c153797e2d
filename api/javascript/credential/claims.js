// What a document says by the W3C data model, however it is secured: api/credentials/w3c/claims.py, naming.py,
// schema_entries.py.

import { decodeBase64url } from "../base64url.js";
import { toHex } from "../bytes.js";
import { asList, eachWithPlace, isObject } from "./document.js";
import { formFlaws, issuerOf } from "./data-model.js";
import { periodOf } from "./dates.js";
import { Flaw, shortened } from "./flaw.js";
import { dataModel } from "./inline-context.js";
import { decodeBase58, KeyTextError } from "./keys.js";
import { readStatuses } from "./status-entries.js";
import { isUrl } from "./url.js";

const MAX_SCHEMAS = 4;
const MAX_HOLDERS = 8;

/** A document's claims. It is read anew each time it is asked. */
export class Claims {
  /** @param {object} document */
  constructor(document) {
    this.document = document;
  }

  get id() {
    return typeof this.document.id === "string" ? this.document.id : null;
  }

  get issuer() {
    return issuerOf(this.document);
  }

  get period() {
    return periodOf(this.document, ["validFrom", "issuanceDate"], ["validUntil", "expirationDate"]);
  }

  get statuses() {
    return readStatuses(this.document);
  }

  get schemas() {
    return readSchemas(this.document);
  }

  get holders() {
    const ids = objects(this.document.credentialSubject).map((subject) => subject.id);
    return [...new Set(ids.filter(isUrl))].slice(0, MAX_HOLDERS);
  }

  get names() {
    return claimedNames(this.document);
  }

  get dataModel() {
    return `data model ${dataModel(this.document)}`;
  }

  formFlaws(structure) {
    return formFlaws(this.document, structure);
  }
}

function readSchemas(credential) {
  const named = eachWithPlace(credential.credentialSchema ?? [], "/credentialSchema");
  const related = new Map(objects(credential.relatedResource).map((entry) => [entry.id, digestOf(entry)]));
  const read = [];
  for (const [place, entry] of named) {
    const types = isObject(entry) ? asList(entry.type).filter((name) => typeof name === "string") : [];
    if (types.length > 0 && isUrl(entry.id) && read.length < MAX_SCHEMAS) {
      read.push({ type: types[0], url: entry.id, place, digest: digestOf(entry) ?? related.get(entry.id) ?? null });
    }
  }
  if (named.length > MAX_SCHEMAS) {
    read.push(new Flaw("schema-unsupported", `/credentialSchema has ${named.length} entries`));
  }
  return read;
}

/** The SHA-256 that an entry gives, in hexadecimal; null where it gives none that is compared. */
function digestOf({ digestSRI: sri, digestMultibase: multibase }) {
  if (typeof sri === "string" && sri.startsWith("sha256-")) {
    return ofLength32(decodeBase64url(sri.slice(7).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")));
  }
  if (typeof multibase !== "string" || !/^[uz]/.test(multibase) || multibase.length > 128) {
    return null;
  }
  const bytes = multibase[0] === "u" ? decodeBase64url(multibase.slice(1).replace(/=+$/, "")) : base58(multibase);
  return bytes !== null && bytes[0] === 0x12 && bytes[1] === 0x20 ? ofLength32(bytes.subarray(2)) : null;
}

function ofLength32(bytes) {
  return bytes !== null && bytes.length === 32 ? toHex(bytes) : null;
}

function base58(text) {
  try {
    return decodeBase58(text);
  } catch (error) {
    if (error instanceof KeyTextError) {
      return null;
    }
    throw error;
  }
}

/** What it calls its issuer, its achievement, whom it is about, and itself: claims of whoever signed it. */
function claimedNames(document) {
  const subject = objects(document.credentialSubject)[0] ?? {};
  const achievement = objects(subject.achievement)[0] ?? {};
  const issuer = objects(document.issuer)[0] ?? {};
  const kind = asList(document.type).map(text).find((name) => name && name !== "VerifiableCredential");
  return {
    issuer: text(issuer.name),
    achievement: text(achievement.name) || text(document.name),
    subject: subjectName(subject),
    kind: kind ?? "",
  };
}

function subjectName(subject) {
  const named = objects(subject.identifier).find(
    ({ identityType, hashed }) => identityType === "name" && hashed === false,
  );
  return named === undefined ? text(subject.name) : text(named.identityHash);
}

/** The first text of a text, a language value or a list of them. */
function text(found) {
  for (const item of asList(found)) {
    const value = isObject(item) ? item["@value"] : item;
    if (typeof value === "string") {
      return shortened(value, 200);
    }
  }
  return "";
}

function objects(found) {
  return asList(found).filter(isObject);
}
