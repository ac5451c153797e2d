// Status lists that are kept outside the registry, read whole and judged: rules of api/credentials/status and L1 to L7 of
// api/verifier/credential/published_status.py. What is wrong with a list leaves the status open.

import { decodeBase64url } from "../base64url.js";
import { OF_CREDENTIAL, numericDate, periodFlaws } from "./dates.js";
import { asList, DocumentError, isObject, load } from "./document.js";
import { excerpt, Flaw, isInconclusive } from "./flaw.js";
import { check, fromFlaw, judgeProofs } from "./proofs.js";
import { readCredential } from "./read.js";
import { TOKEN } from "./status-entries.js";
import { readCompact, tokenProof, tokenText, typeOf } from "./token.js";
import { unpacked, UnpackingError } from "./unpacking.js";
import { isUrl } from "./url.js";

const MAX_LIST_BYTES = 4_194_304;
const MAX_UNPACKED = 16_777_216;
const MAX_MEMBERS = 2_000;
const MAX_MEMBERS_OF_IDS = 50_000;
const MIN_ENTRIES = 131_072;
const MAX_TTL_S = 2 ** 40;
const KINDS = {
  BitstringStatusListEntry: ["BitstringStatusListCredential", "BitstringStatusList"],
  StatusList2021Entry: ["StatusList2021Credential", "StatusList2021"],
};
const SET = { revocation: "revoked", suspension: "suspended" };
const TOKEN_SET = { 1: "revoked", 2: "suspended" };
const MEANT_OF_LIST = {
  "no-readable-proof": "list-unsigned",
  "key-ended": "list-unsigned",
  "proof-not-yet": "list-expired",
  "proof-expired": "list-expired",
  "not-yet-valid": "list-expired",
  expired: "list-expired",
  "dates-unreadable": "list-malformed",
  "dates-contradict": "list-malformed",
};

class ListError extends Error {}

/** The check of an entry whose list is not of the registry. @returns {Promise<import("./proofs.js").Check>} */
export async function judgePublished(entry, issuer, facts, nowMs) {
  const found = facts.published.get(entry.listUrl) ?? new Flaw("status-elsewhere", "it was not looked up");
  const told = `${entry.purpose}, entry ${entry.index} of ${entry.listUrl.slice(0, 90)}`;
  const flaw = found instanceof Flaw ? found : await judged(entry, issuer, found, facts, nowMs);
  return flaw === null ? check("status", null, told) : fromFlaw("status", new Flaw(flaw.reason, told, flaw.detail));
}

async function judged(entry, issuer, fetched, facts, nowMs) {
  if (issuer === null) {
    return new Flaw("list-of-other", "the credential names no issuer");
  }
  try {
    const list = await readList(entry, fetched.data, issuer);
    const flaws = list.revoked === undefined ? await flawsOf(entry, issuer, list, fetched, facts, nowMs) : ofIds(entry, issuer, list);
    return flaws[0] ?? valueFlaw(entry, list);
  } catch (error) {
    if (error instanceof ListError || error instanceof DocumentError || error instanceof UnpackingError) {
      return new Flaw("list-malformed", error.message);
    }
    throw error;
  }
}

async function readList(entry, data, issuer) {
  if (data.length > MAX_LIST_BYTES) {
    throw new ListError(`it has more than ${MAX_LIST_BYTES} bytes`);
  }
  if (entry.method === TOKEN) {
    return readTokenList(data, issuer);
  }
  return entry.method in KINDS ? readListCredential(entry.method, data) : readRevokedIds(data);
}

function requireFewMembers(data, most = MAX_MEMBERS) {
  let count = 0;
  for (const byte of data) {
    count += byte === 0x2c || byte === 0x3a || byte === 0x5b || byte === 0x7b ? 1 : 0;
  }
  if (count > most) {
    throw new ListError(`it has about ${count} members, more than ${most}`);
  }
}

async function readListCredential(method, data) {
  requireFewMembers(data);
  const secured = await readCredential(data);
  const { document } = secured.claims;
  const [credentialType, subjectType] = KINDS[method];
  const formFlaws = secured.claims.formFlaws(() => []);
  const subjects = asList(document.credentialSubject);
  const [subject] = subjects;
  if (formFlaws.length > 0 || !asList(document.type).includes(credentialType)) {
    throw new ListError(formFlaws[0]?.detail ?? `/type does not hold ${credentialType}`);
  }
  if (subjects.length !== 1 || !isObject(subject) || !asList(subject.type).includes(subjectType)) {
    throw new ListError(`/credentialSubject is not one ${subjectType}`);
  }
  return { secured, names: namesOf(document, subject), ...(await entriesOf(method, subject)) };
}

function namesOf(document, subject) {
  if (typeof document.id === "string") {
    return [document.id];
  }
  return typeof subject.id === "string" ? [subject.id.split("#", 1)[0]] : [];
}

async function entriesOf(method, subject) {
  const purposes = asList(subject.statusPurpose);
  const { statusSize: bits = null, ttl: ttlMs = null } = subject;
  const isTtl = ttlMs === null || (typeof ttlMs === "number" && ttlMs >= 0);
  if (!purposes.every((purpose) => typeof purpose === "string" && purpose) || !isTtl) {
    throw new ListError("/credentialSubject has no purpose, or a wrong ttl");
  }
  if (bits !== null && (!Number.isInteger(bits) || bits < 1)) {
    throw new ListError(`/credentialSubject/statusSize is ${excerpt(bits)}`);
  }
  const data = await unpacked(compressed(method, subject.encodedList), "gzip", MAX_UNPACKED);
  return { purposes, bits, ttlMs, data, isLeftFirst: true };
}

function compressed(method, written) {
  const isBitstring = method === "BitstringStatusListEntry";
  if (typeof written !== "string" || (isBitstring && (!written.startsWith("u") || written.endsWith("=")))) {
    throw new ListError(`encodedList is ${excerpt(written)}`);
  }
  const isOneAlphabet = isBitstring || !(/[+/]/.test(written) && /[-_]/.test(written));
  const text = isBitstring ? written.slice(1) : written.replaceAll("+", "-").replaceAll("/", "_").replace(/={1,2}$/, "");
  const bytes = isOneAlphabet ? decodeBase64url(text) : null;
  if (bytes === null) {
    throw new ListError("encodedList is no base64url");
  }
  return bytes;
}

async function readTokenList(data, issuer) {
  const text = tokenText(data);
  if (text === null) {
    throw new ListError("it is no JWT; lists in CWT are not read on this page");
  }
  const jws = readCompact(text);
  if (typeOf(jws.header) !== "statuslist+jwt") {
    throw new ListError(`typ is ${excerpt(jws.header.typ)}, not statuslist+jwt`);
  }
  requireFewMembers(jws.payload);
  const said = load(jws.payload);
  const list = isObject(said.status_list) ? said.status_list : {};
  const signer = "iss" in said ? said.iss : issuer;
  const ttl = "ttl" in said ? said.ttl : null;
  const areTexts = [said.sub, signer].every((found) => typeof found === "string" && found);
  const isTtl = ttl === null || (typeof ttl === "number" && ttl > 0 && ttl < MAX_TTL_S);
  const bytes = typeof list.lst === "string" ? decodeBase64url(list.lst) : null;
  if (!areTexts || !isTtl || ![1, 2, 4, 8].includes(list.bits) || bytes === null || !("iat" in said)) {
    throw new ListError("it lacks what a Status List Token has");
  }
  const claims = { issuer: signer, period: periodOfToken(said), statuses: [] };
  const proof = tokenProof(jws, "Status List Token", claims, { begins: [], ends: [], unreadable: [] });
  return {
    secured: { claims, proofs: [proof], unproved: null },
    names: [said.sub],
    purposes: null,
    bits: list.bits,
    ttlMs: ttl === null ? null : ttl * 1_000,
    data: await unpacked(bytes, "deflate", MAX_UNPACKED),
    isLeftFirst: false,
  };
}

function periodOfToken(said) {
  const read = (names) => names.filter((name) => name in said).map((name) => numericDate(said[name], name));
  const [begins, ends] = [read(["iat", "nbf"]), read(["exp"])];
  const isDate = (found) => !(found instanceof Flaw);
  return {
    begins: begins.filter(isDate),
    ends: ends.filter(isDate),
    unreadable: [...begins, ...ends].filter((found) => !isDate(found)),
  };
}

function readRevokedIds(data) {
  requireFewMembers(data, MAX_MEMBERS_OF_IDS);
  const document = load(data);
  const issuer = isObject(document.issuer) ? document.issuer.id : document.issuer;
  const members = ["revokedCredentials", "revokedCredential"].filter((name) => name in document);
  if (!isUrl(issuer) || !isUrl(document.id) || members.length === 0) {
    throw new ListError("id, issuer or revokedCredentials is missing");
  }
  const revoked = new Set();
  for (const listed of members.flatMap((name) => asList(document[name]))) {
    const { id, revoked: isRevoked = true } = isObject(listed) ? listed : { id: listed };
    if (typeof id !== "string" || typeof isRevoked !== "boolean") {
      throw new ListError("it lists what is no id of a credential");
    }
    if (isRevoked) {
      revoked.add(id);
    }
  }
  return { issuer, names: [document.id], revoked };
}

function ofIds(entry, issuer, list) {
  const flaws = ofOther(entry, issuer, list.issuer, list.names);
  const isHttps = entry.listUrl.toLowerCase().startsWith("https:");
  return isHttps ? flaws : [...flaws, new Flaw("list-unsigned", "it does not come over https")];
}

function ofOther(entry, issuer, ofList, names) {
  const isOther = ofList !== issuer || names.some((name) => name !== entry.listUrl);
  return isOther ? [new Flaw("list-of-other", "it is of another issuer, or calls itself by another name")] : [];
}

async function flawsOf(entry, issuer, list, fetched, facts, nowMs) {
  const own = list.secured.claims.statuses.map((status) =>
    status.listUrl === entry.listUrl
      ? new Flaw("list-malformed", "its own status is in itself")
      : new Flaw("status-unsupported", "its own status is in a list, which is not followed"),
  );
  const isOld = list.ttlMs !== null && nowMs - fetched.fetchedMs > list.ttlMs;
  return [
    ...ofOther(entry, issuer, list.secured.claims.issuer, list.names),
    ...own,
    ...(await unproved(list.secured, issuer, facts, nowMs)),
    ...periodFlaws(list.secured.claims.period, OF_CREDENTIAL, nowMs).map((flaw) => ofList(flaw, "list-expired")),
    ...(isOld ? [new Flaw("list-expired", "it may not be used any more, so long ago was it fetched")] : []),
    ...withoutEntry(entry, list),
  ];
}

async function unproved(secured, issuer, facts, nowMs) {
  const identity = facts.identities.get(issuer);
  const { checks } = await judgeProofs(secured, facts, nowMs);
  const own = checks.filter(({ aspect }) => aspect !== "other-proof");
  const flawed = own.filter(({ reason }) => reason !== null);
  const wrongFirst = [
    ...flawed.filter(({ reason }) => !isInconclusive(reason)),
    ...flawed.filter(({ reason }) => isInconclusive(reason)),
  ];
  const isSigned = own.some(({ aspect, reason }) => aspect === "signature" && reason === null);
  return [
    ...(identity instanceof Flaw ? [identity] : []),
    ...wrongFirst.map((found) => ofList(found, "list-unsigned")),
    ...(isSigned ? [] : [new Flaw("list-unsigned", "no key of its issuer is known")]),
  ];
}

/** A flaw of the list's own proof or dates, told as the list's. */
function ofList({ reason, detail }, otherwise) {
  return new Flaw(MEANT_OF_LIST[reason] ?? (isInconclusive(reason) ? reason : otherwise), detail);
}

function bitsOf(entry, list) {
  return list.purposes === null ? list.bits : entry.bits;
}

function withoutEntry(entry, list) {
  const bits = bitsOf(entry, list);
  const count = Math.floor((8 * list.data.length) / bits);
  const flaws = [];
  if (list.purposes !== null && !list.purposes.includes(entry.purpose)) {
    flaws.push(new Flaw("status-of-other", `it is a list of ${list.purposes.slice(0, 3).join(", ")}`));
  }
  if (list.purposes !== null && list.bits !== null && list.bits !== bits) {
    flaws.push(new Flaw("list-malformed", `its entries have ${list.bits} bits, and the credential says ${bits}`));
  }
  if (entry.index >= count) {
    flaws.push(new Flaw("list-too-short", `it has ${count} entries`));
  }
  return flaws;
}

/** What the value says against the credential; null where nothing. */
function valueFlaw(entry, list) {
  if (list.revoked !== undefined) {
    return list.revoked.has(entry.credentialId) ? new Flaw("revoked") : null;
  }
  const value = valueAt(list, entry.index, bitsOf(entry, list));
  if (value === 0 || (list.purposes !== null && ["refresh", "message"].includes(entry.purpose))) {
    return tooShort(entry, list);
  }
  const reason = list.purposes === null ? TOKEN_SET[value] : SET[entry.purpose];
  return new Flaw(reason ?? "status-unsupported", reason ? "" : `its value is ${value}, known to the issuer alone`);
}

/** A list that is too short for a crowd to hide in clears nobody; what is set in it is set. */
function tooShort(entry, list) {
  const count = Math.floor((8 * list.data.length) / bitsOf(entry, list));
  const isShort = list.purposes !== null && count < MIN_ENTRIES;
  return isShort ? new Flaw("list-too-short", `it has ${count} entries, fewer than ${MIN_ENTRIES}`) : null;
}

function valueAt({ data, isLeftFirst }, index, bits) {
  let value = 0;
  for (let bit = 0; bit < bits; bit++) {
    const place = index * bits + bit;
    const byte = data[place >> 3];
    const isSet = isLeftFirst ? (byte >> (7 - (place & 7))) & 1 : (byte >> (place & 7)) & 1;
    value += isLeftFirst ? isSet * 2 ** (bits - 1 - bit) : isSet * 2 ** bit;
  }
  return value;
}
