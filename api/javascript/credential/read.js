// The credentials in some bytes: alone, in an envelope, in a presentation, or in a picture (Open Badges).

import { toUtf8 } from "../bytes.js";
import { asList, DocumentError, eachWithPlace, isObject, load, MAX_BYTES } from "./document.js";
import { securedDocument } from "./data-integrity.js";
import { excerpt, Flaw } from "./flaw.js";
import { contentOfPicture } from "./picture.js";
import { readSdJwt } from "./sd-jwt.js";
import { readCompact, tokenText } from "./token.js";
import { securedToken } from "./vc-jwt.js";

const MAX_PRESENTED = 16;
const ENVELOPE = "EnvelopedVerifiableCredential";
const SEAL = "seal-unchecked";
const EUROPEAN = "EuropeanDigitalCredential";
const EUROPEAN_CONTEXT = "http://data.europa.eu/snb/model/context/";
const DATA_URL =
  /^data:application\/(?:vc\+jwt|vc\+ld\+jwt|vc-ld\+jwt|jwt|vc\+sd-jwt|vc\+ld\+sd-jwt|vc-ld\+sd-jwt|dc\+sd-jwt|sd-jwt)((?:;[A-Za-z0-9=_-]{1,64}){0,4}),(.*)$/i;

/**
 * @typedef {object} Received
 * @property {(import("./data-integrity.js").Secured | Flaw)[]} entries  credentials, and for what is none the reason
 * @property {string} wrapper  in what they came: `PNG picture`, `presentation`, ...; "" where one came alone
 */

/** @param {Uint8Array} bytes  anything @returns {Promise<Received>} */
export async function readReceived(bytes) {
  try {
    const picture = await contentOfPicture(bytes);
    if (picture === null) {
      return await readPlain(bytes);
    }
    return { ...(await readPlain(picture.content)), wrapper: picture.wrapper };
  } catch (error) {
    if (error instanceof DocumentError) {
      const reason = error.fault === SEAL ? SEAL : "no-readable-proof";
      return { entries: [new Flaw(reason, error.message)], wrapper: "" };
    }
    throw error;
  }
}

async function readPlain(bytes) {
  const document = startsAsObject(bytes) ? load(bytes) : null;
  const isPresentation = document !== null && asList(document.type).includes("VerifiablePresentation");
  if (!isPresentation || asList(document.type).includes("VerifiableCredential")) {
    const credential = await readCredential(bytes, document);
    return { entries: [credential, ...(await readAll(heldBy(credential.claims.document)))], wrapper: "" };
  }
  const presented = eachWithPlace(document.verifiableCredential ?? [], "/verifiableCredential");
  const entries = await readAll(presented);
  if (entries.length === 0) {
    entries.push(new Flaw("no-readable-proof", "the presentation holds no credential"));
  }
  return { entries, wrapper: "presentation" };
}

/** The credentials in a learner record (CLR 2.0), each of which is judged by itself. @returns {[string, unknown][]} */
function heldBy(record) {
  const subjects = asList(record.type).includes("ClrCredential") ? asList(record.credentialSubject).filter(isObject) : [];
  const place = "/credentialSubject/verifiableCredential";
  return subjects.flatMap((subject) => eachWithPlace(subject.verifiableCredential ?? [], place));
}

async function readAll(presented) {
  const entries = await Promise.all(presented.slice(0, MAX_PRESENTED).map(readPresented));
  if (presented.length > MAX_PRESENTED) {
    entries.push(new Flaw("too-much-work", `at most ${MAX_PRESENTED} credentials of one file are judged`));
  }
  return entries;
}

function startsAsObject(bytes) {
  const first = bytes.findIndex((byte) => ![0x20, 0x09, 0x0d, 0x0a].includes(byte));
  return first >= 0 && bytes[first] === 0x7b;
}

/** @param {Uint8Array} bytes @returns {Promise<import("./data-integrity.js").Secured>} @throws {DocumentError} */
export async function readCredential(bytes, document = startsAsObject(bytes) ? load(bytes) : null) {
  if (document === null) {
    const text = tokenText(bytes);
    if (text === null) {
      throw new DocumentError("not-json", "It is no credential of a format that is read here.");
    }
    return ofText(text);
  }
  if (isEuropean(document)) {
    throw new DocumentError(SEAL, "It is a European Digital Credential, whose seal is not checked here.");
  }
  const text = envelopedText(document);
  return text === null ? securedDocument(document) : ofText(text);
}

function isEuropean(document) {
  const contexts = asList(document["@context"]).filter((name) => typeof name === "string");
  const isOne = asList(document.type).includes(EUROPEAN) || contexts.some((name) => name.startsWith(EUROPEAN_CONTEXT));
  return isOne && !("proof" in document);
}

function ofText(text) {
  return text.includes("~") ? readSdJwt(text) : securedToken(readCompact(text));
}

async function readPresented([place, entry]) {
  try {
    const text = typeof entry === "string" ? textOf(entry) : isObject(entry) ? envelopedText(entry) : null;
    if (text !== null) {
      return await ofText(text);
    }
    return isObject(entry) ? securedDocument(entry) : new Flaw("no-readable-proof", place, excerpt(entry), "no credential");
  } catch (error) {
    if (error instanceof DocumentError) {
      return new Flaw("no-readable-proof", place, error.message);
    }
    throw error;
  }
}

function textOf(entry) {
  return entry.startsWith("data:") ? textOfUrl(entry) : tokenText(toUtf8(entry));
}

function envelopedText(document) {
  const isEnvelope = asList(document.type).includes(ENVELOPE);
  return isEnvelope && typeof document.id === "string" ? textOfUrl(document.id) : null;
}

function textOfUrl(url) {
  const read = url.length <= MAX_BYTES ? DATA_URL.exec(url) : null;
  if (read === null) {
    return null;
  }
  try {
    const text = decodeURIComponent(read[2]);
    const isBase64 = read[1].toLowerCase().endsWith(";base64");
    return tokenText(isBase64 ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : toUtf8(text));
  } catch (error) {
    if (error instanceof URIError || error instanceof DOMException) {
      throw new DocumentError("not-a-token", "Its data: URL cannot be decoded.");
    }
    throw error;
  }
}
