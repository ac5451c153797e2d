// Judging a credential from what the registry proves: rules K1 to K7 of api/verifier/credential/judging.py. No network
// and no clock: facts and the time come in.

import { decodeBase64url } from "../base64url.js";
import { OF_CREDENTIAL, periodFlaws } from "./dates.js";
import { DocumentError, load } from "./document.js";
import { excerpt, Flaw, MAX_NAME_EXCERPT, shortened } from "./flaw.js";
import { nameCounts } from "./identities.js";
import { UnsupportedSchema, violations } from "./json-schema.js";
import { check, fromFlaw, judgeProofs, signersOf } from "./proofs.js";
import { judgePublished } from "./published-list.js";
import { TOKEN } from "./status-entries.js";
import { isDid, isLookedUp, ownerOf } from "./url.js";

const MAX_FORM_FLAWS = 8;
const SET = { revocation: "revoked", suspension: "suspended" };
const BARE_SCHEMAS = ["JsonSchema", "1EdTechJsonSchemaValidator2019"];

/**
 * @typedef {object} Facts  what was looked up
 * @property {Map<string, object | Flaw | null>} identities  by DID (identities.js); null where the registry has none
 * @property {Map<string, object | Flaw | null>} lists  the registry's, by id, as `status-bits` findings; null: there is none
 * @property {Map<string, { data: Uint8Array, fetchedMs: number } | Flaw>} published  by URL
 * @property {Map<string, { data: Uint8Array, sha256: string } | Flaw>} schemas  by URL
 * @property {Map<string, object>} members  those who answer for recorded DIDs
 * @property {number} asOfMs
 */

/** What to look up. @param {import("./data-integrity.js").Secured} secured */
export function needsOf(secured) {
  const { claims } = secured;
  const entries = claims.statuses.filter((entry) => !(entry instanceof Flaw));
  const ofWeb = (urls) => [...new Set(urls.filter((url) => /^https?:/i.test(url)))];
  return {
    dids: [...(isLookedUp(claims.issuer) ? [claims.issuer] : []), ...signersOf(secured)],
    registryLists: ownLists(claims, entries),
    listUrls: ofWeb(entries.filter(({ listId }) => listId === null).map(({ listUrl }) => listUrl)),
    schemaUrls: ofWeb(claims.schemas.filter((schema) => !(schema instanceof Flaw)).map(({ url }) => url)),
  };
}

function ownLists({ issuer }, entries) {
  if (issuer === null || !isDid(issuer)) {
    return [];
  }
  const ids = entries.map(({ listId }) => listId).filter((listId) => listId !== null);
  return [...new Set(ids.filter((listId) => ownerOf(listId) === issuer))];
}

/**
 * All checks of a credential, as `judge` in Python makes them.
 * @param {import("./data-integrity.js").Secured} secured @param {Facts} facts @param {number} nowMs
 * @param {(name: string, document: object) => string[]} structure  see `formFlaws`
 */
export async function judge(secured, facts, nowMs, structure) {
  const { claims } = secured;
  const { checks: ofProofs, covered, verdicts } = await judgeProofs(secured, facts, nowMs);
  const isOthers = ofProofs.some(({ reason }) => reason === "other-issuer");
  const ofStatus = await Promise.all(claims.statuses.map((entry) => checkStatus(entry, claims.issuer, facts, nowMs)));
  const checks = [
    ...checkForm(covered, structure),
    ...(isOthers && isKnown(facts, claims.issuer) ? [] : checkIssuer(claims.issuer, facts)),
    ...ofProofs,
    ...checkPeriod(claims.period, nowMs),
    ...ofStatus,
    ...covered.schemas.flatMap((reference) => checkSchema(reference, covered, facts)),
  ];
  return { checks, covered, verdicts };
}

function checkForm(claims, structure) {
  const flaws = claims.formFlaws(structure).slice(0, MAX_FORM_FLAWS);
  return flaws.length === 0 ? [check("form", null, claims.dataModel)] : flaws.map((flaw) => fromFlaw("form", flaw));
}

function checkPeriod(period, nowMs) {
  const flaws = periodFlaws(period, OF_CREDENTIAL, nowMs);
  return flaws.length === 0 ? [check("dates")] : flaws.map((flaw) => fromFlaw("dates", flaw));
}

function isKnown(facts, issuer) {
  const identity = issuer === null ? null : facts.identities.get(issuer);
  return Boolean(identity) && !(identity instanceof Flaw);
}

function checkIssuer(issuer, facts) {
  if (issuer === null) {
    return [];
  }
  const identity = facts.identities.get(issuer) ?? null;
  const shown = shortened(issuer, MAX_NAME_EXCERPT);
  if (identity instanceof Flaw) {
    return [fromFlaw("issuer", identity)];
  }
  if (identity === null) {
    return [check("issuer", "unknown-issuer", shown)];
  }
  if (identity.type === "keys") {
    return [check("issuer", "unregistered", `${shown}: only whoever holds its keys is known`)];
  }
  const told = nameCounts(issuer, identity) ? "" : `: registered by ${identity.sponsor}, and no other member has attested the domain`;
  return [check("issuer", null, shown + told)];
}

async function checkStatus(entry, issuer, facts, nowMs) {
  if (entry instanceof Flaw) {
    return fromFlaw("status", entry);
  }
  const isPublished = entry.listId === null || isOnlyPublished(entry, facts);
  return isPublished ? judgePublished(entry, issuer, facts, nowMs) : checkRecorded(entry, issuer, facts);
}

/** Whether a URL of the form that a registry's lists have is one of another registry, and was fetched. */
function isOnlyPublished({ listId, listUrl }, { lists, published }) {
  return (lists.get(listId) ?? null) === null && published.has(listUrl);
}

/** K4. */
function checkRecorded(entry, issuer, facts) {
  const told = `${shortened(entry.purpose, 40)}, entry ${entry.index} of ${entry.listId}`;
  if (ownerOf(entry.listId) !== issuer) {
    return check("status", "status-of-other", told);
  }
  const found = facts.lists.get(entry.listId) ?? null;
  if (found instanceof Flaw) {
    return check("status", found.reason, found.detail);
  }
  if (found === null || entry.index >= found.statusList.size) {
    return check("status", "status-unknown", told);
  }
  const { purpose } = found.statusList;
  if (entry.method !== TOKEN && purpose !== entry.purpose) {
    return check("status", "status-of-other", `${told}: it is a list of ${purpose}`);
  }
  const byte = decodeBase64url(found.bits)[entry.index >> 3];
  const isSet = (byte & (0x80 >> (entry.index & 7))) !== 0;
  if (isSet && purpose in SET) {
    return check("status", SET[purpose], told);
  }
  return check("status", null, isSet ? `${told}: a newer one exists` : told);
}

function checkSchema(reference, claims, facts) {
  if (reference instanceof Flaw) {
    return [fromFlaw("schema", reference)];
  }
  const found = facts.schemas.get(reference.url);
  if (found === undefined) {
    return [];
  }
  if (found instanceof Flaw) {
    return [fromFlaw("schema", found)];
  }
  if (reference.digest !== null && reference.digest !== found.sha256) {
    return [check("schema", "schema-changed", `${reference.place}: it is ${found.sha256}`)];
  }
  if (!BARE_SCHEMAS.includes(reference.type)) {
    return [check("schema", "schema-unsupported", `${reference.place}: ${excerpt(reference.type)}`)];
  }
  return [conformity(reference, claims, found.data)];
}

function conformity(reference, claims, data) {
  try {
    const found = violations(load(data), claims.document);
    const told = `${reference.place}: ${found[0] ?? excerpt(reference.url)}`;
    return check("schema", found.length === 0 ? null : "schema-violated", told);
  } catch (error) {
    if (error instanceof UnsupportedSchema || error instanceof DocumentError) {
      return check("schema", "schema-unsupported", `${reference.place}: ${error.message}`);
    }
    throw error;
  }
}
