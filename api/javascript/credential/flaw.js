// What keeps a credential from being valid, and how it is told: api/credentials/flaw.py, whose codes are used here.

import { isObject } from "./document.js";
import { REASONS } from "./reasons.js";

const MAX_DETAIL = 200;
const MAX_EXCERPT = 60;
export const MAX_NAME_EXCERPT = 130;

/** A reason, and what is said of it for people; that may hold foreign text. */
export class Flaw {
  /** @param {string} reason  a code, such as `revoked` @param {...string} told */
  constructor(reason, ...told) {
    if (!(reason in REASONS)) {
      throw new TypeError(`no such reason: ${reason}`);
    }
    this.reason = reason;
    this.detail = detailOf(...told);
  }
}

/** @param {string} reason @returns {boolean} whether it leaves the question open; all others answer it with no */
export function isInconclusive(reason) {
  return REASONS[reason].isOpen;
}

/** @param {...string} parts @returns {string} the parts with colons between them, at most 200 characters */
export function detailOf(...parts) {
  return shortened(parts.filter((part) => part).map((part) => part.replace(/\.$/, "")).join(": "), MAX_DETAIL);
}

/** @param {string} text @param {number} limit @returns {string} */
export function shortened(text, limit) {
  const characters = Array.from(text.slice(0, 2 * limit + 2));
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join("")}…`;
}

/** A JSON value as a message shows it. @param {unknown} found @param {number} limit @returns {string} */
export function excerpt(found, limit = MAX_EXCERPT) {
  if (typeof found === "string") {
    return shortened(`'${found}'`, limit + 2);
  }
  if (Array.isArray(found)) {
    return found.length === 0 ? "an empty list" : "a list";
  }
  return isObject(found) ? "an object" : String(found ?? "missing");
}
