// The status entries that a credential or a token names: api/credentials/w3c/status_entries.py, token_status.py.

import { asList, eachWithPlace, isObject } from "./document.js";
import { issuerOf } from "./data-model.js";
import { excerpt, Flaw, isInconclusive } from "./flaw.js";
import { isUrl, listIdOf } from "./url.js";

const MAX_STATUSES = 8;
const MAX_PUBLISHED = 134_217_728;
const MAX_RECORDED = 4_194_304;
const MAX_BITS = 8;
const INDEXED = ["BitstringStatusListEntry", "StatusList2021Entry"];
const REVOKED_IDS = "1EdTechRevocationList";
export const TOKEN = "TokenStatusList";

/**
 * @typedef {object} StatusEntry
 * @property {string} method  the type of the entry, as a credential writes it
 * @property {string} listUrl
 * @property {number} index  from 0; −1 for a list of ids
 * @property {string} purpose
 * @property {number} bits
 * @property {string | null} listId  the registry's, where the URL names one of its lists: then the ledger's bits decide
 */

/** @param {object} credential @returns {(StatusEntry | Flaw)[]} */
export function readStatuses(credential) {
  const named = credential.credentialStatus ?? ("credentialStatus" in credential ? null : []);
  const entries = eachWithPlace(named, "/credentialStatus");
  const read = entries.slice(0, MAX_STATUSES).map(([place, entry]) => readEntry(entry, credential, place));
  if (entries.length > MAX_STATUSES) {
    read.push(new Flaw("status-unsupported", `/credentialStatus has ${entries.length} entries`));
  }
  return read;
}

function readEntry(entry, credential, place) {
  const names = isObject(entry) ? asList(entry.type) : [];
  if (names.length === 0 || !names.every((name) => typeof name === "string")) {
    return new Flaw("status-unreadable", `${place} is ${excerpt(entry)}, and has no type`);
  }
  const method = INDEXED.find((name) => names.includes(name));
  if (method !== undefined) {
    return readIndexed(entry, credential, place, method);
  }
  if (names.includes(REVOKED_IDS)) {
    return readListingIds(entry, credential, place);
  }
  return new Flaw("status-type-unsupported", `${place}/type is ${excerpt(names[0])}`);
}

function readIndexed(entry, credential, place, method) {
  const url = entry.statusListCredential;
  const listId = listIdOf(url, issuerOf(credential));
  const flaws = wrongMembers(entry, place, listId);
  if (flaws.length > 0) {
    return flaws.find((flaw) => !isInconclusive(flaw.reason)) ?? flaws[0];
  }
  const { statusPurpose: purpose, statusListIndex: index, statusSize: bits = 1 } = entry;
  return { method, listUrl: url, index: Number(index), purpose, bits, listId, place };
}

function readListingIds(entry, credential, place) {
  if (!isUrl(entry.id) || typeof credential.id !== "string") {
    return new Flaw("status-unreadable", `${place} names no list of ids, or the credential has no id`);
  }
  const listed = { index: -1, purpose: "revocation", bits: 1, listId: null, place };
  return { method: REVOKED_IDS, listUrl: entry.id, credentialId: credential.id, ...listed };
}

function wrongMembers(entry, place, listId) {
  const url = entry.statusListCredential;
  const wrong = [];
  const refuse = (told) => wrong.push(new Flaw("status-unreadable", `${place}/${told}`));
  if (typeof entry.statusPurpose !== "string" || entry.statusPurpose === "") {
    refuse(`statusPurpose is ${excerpt(entry.statusPurpose)}, not a text`);
  }
  wrong.push(...wrongIndex(entry, place, listId === null ? MAX_PUBLISHED : MAX_RECORDED));
  if (!isUrl(url)) {
    refuse(`statusListCredential is ${excerpt(url)}, not a URL`);
  } else if (entry.id === url) {
    refuse("id is the list's, not the entry's");
  }
  wrong.push(...wrongSize(entry, place, listId));
  const messages = "statusMessage" in entry ? entry.statusMessage : [];
  if (!Array.isArray(messages) || !messages.every(isMessage)) {
    refuse("statusMessage is not a list of status and message");
  }
  if (!asList(entry.statusReference ?? ("statusReference" in entry ? null : [])).every(isUrl)) {
    refuse("statusReference is not a URL");
  }
  return wrong;
}

function wrongIndex(entry, place, most) {
  const index = entry.statusListIndex;
  const told = `${place}/statusListIndex is ${excerpt(index)}`;
  if (typeof index !== "string" || !/^(0|[1-9][0-9]*)$/.test(index)) {
    return [new Flaw("status-unreadable", told, "a text of decimal digits without leading zeros is needed")];
  }
  return index.length > String(most).length ? [new Flaw("status-unknown", told)] : [];
}

function wrongSize(entry, place, listId) {
  const size = "statusSize" in entry ? entry.statusSize : 1;
  const told = `${place}/statusSize is ${excerpt(size)}`;
  if (!Number.isInteger(size) || size < 1) {
    return [new Flaw("status-unreadable", told)];
  }
  if (size > MAX_BITS || (size !== 1 && listId !== null)) {
    return [new Flaw("status-unsupported", told)];
  }
  const isTold = size === 1 || (Array.isArray(entry.statusMessage) && entry.statusMessage.length === 2 ** size);
  return isTold ? [] : [new Flaw("status-unreadable", `${place}/statusMessage has not a message for each value`)];
}

function isMessage(found) {
  return isObject(found) && typeof found.status === "string" && typeof found.message === "string";
}

/** The entry that a token of an issuer names in its claim `status`. @returns {(StatusEntry | Flaw)[]} */
export function statusOfToken(token, issuer) {
  if (!("status" in token)) {
    return [];
  }
  const named = token.status;
  if (!isObject(named) || Object.keys(named).length === 0) {
    return [new Flaw("status-unreadable", "/status", excerpt(named))];
  }
  if (!("status_list" in named)) {
    return [new Flaw("status-type-unsupported", `/status names ${excerpt(Object.keys(named)[0])}`)];
  }
  const place = "/status/status_list";
  const { uri: listUrl, idx: index } = isObject(named.status_list) ? named.status_list : {};
  if (!isUrl(listUrl) || !Number.isSafeInteger(index) || index < 0) {
    return [new Flaw("status-unreadable", place, "uri or idx has not the form of a Token Status List")];
  }
  const listId = listIdOf(listUrl, issuer);
  return [{ method: TOKEN, listUrl, index, purpose: "status", bits: 1, listId, place }];
}
