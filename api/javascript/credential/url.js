// What the W3C data model calls a URL, what the registry calls a DID, and the URLs of its status lists:
// api/credentials/url.py, api/credentials/list_url.py.

import { isDid, isRecordId } from "../names.js";

const URL_FORM = /^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\xa0"<>\\^`{|}\s]+$/u;
const DID_FORM = /^did:[a-z0-9]+:(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?<!:)(?:[/?#].*)?$/u;
const URN_FORM = /^urn:[A-Za-z0-9][A-Za-z0-9-]*:.+$/iu;
const HOST_FORM = /^https?:\/\/(?:[^/?#@]*@)?(?:\[[0-9A-Fa-f:.%]+\]|[^/?#:@[\]]+)(?::([0-9]*))?(?:[/?#]|$)/iu;
const ANSWERS_PATH = "/v1/status-lists/";
const PUBLISHED_PATH = "/status/";

/** @param {unknown} found @returns {boolean} whether it is one absolute URL, whole for http, https, did and urn */
export function isUrl(found) {
  if (typeof found !== "string" || !URL_FORM.test(found)) {
    return false;
  }
  const scheme = found.slice(0, found.indexOf(":")).toLowerCase();
  if (scheme === "http" || scheme === "https") {
    const read = HOST_FORM.exec(found);
    return read !== null && (!read[1] || Number(read[1]) <= 65_535);
  }
  return scheme === "did" ? DID_FORM.test(found) : scheme !== "urn" || URN_FORM.test(found);
}

/** @param {unknown} text @returns {boolean} whether it is a DID that can be looked up, by whatever method */
export function isLookedUp(text) {
  return typeof text === "string" && text.startsWith("did:") && text.length <= 2_048;
}

/** @param {string} id  of a record of the registry @returns {string} the DID under which it lies */
export function ownerOf(id) {
  return id.split("/", 1)[0];
}

/**
 * The registry's id of the status list that a URL names, the issuer's own first; null for any other URL.
 * @param {unknown} url @param {string | null} issuer
 */
export function listIdOf(url, issuer) {
  const ids = isUrl(url) ? listsNamed(url) : [];
  return ids.find((id) => ownerOf(id) === issuer) ?? ids[0] ?? null;
}

function listsNamed(url) {
  if (!/^https?:/i.test(url) || /[?#]/.test(url)) {
    return [];
  }
  const path = url.replace(/^https?:\/\/[^/]*/i, "");
  const answers = path.includes(ANSWERS_PATH) ? path.slice(path.indexOf(ANSWERS_PATH) + ANSWERS_PATH.length) : "";
  const written = [answers, publishedId(path)];
  const ids = written.flatMap((text) => [decoded(text), text]);
  return [...new Set(ids)].filter((id) => isRecordId("status-list", id));
}

function publishedId(path) {
  const last = path.slice(path.lastIndexOf(PUBLISHED_PATH) + (path.includes(PUBLISHED_PATH) ? PUBLISHED_PATH.length : 1));
  const slash = last.indexOf("/");
  return slash < 0 ? "" : `${last.slice(0, slash)}/status-lists/${last.slice(slash + 1)}`;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) {
      return text;
    }
    throw error;
  }
}

export { isDid };
