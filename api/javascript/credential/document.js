// Reading a JSON credential that came from outside, and its one canonical form (RFC 8785): as strictly as
// api/credentials/document.py, whose rules D1 to D4 hold here as well.

import { fromUtf8, toUtf8 } from "../bytes.js";
import { Refusal } from "../errors.js";
import { Parser } from "../json.js";

export const MAX_BYTES = 1_048_576;
export const MAX_DEPTH = 32;
const MAX_NUMBER_TEXT = 64;
const MAX_WHOLE_TEXT = 22;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/** Why bytes are no document that can be judged. `told` is for people. */
export class DocumentError extends Error {
  /** @param {string} fault  a code of `DocumentFault` in Python @param {string} told */
  constructor(fault, told) {
    super(told);
    this.name = "DocumentError";
    this.fault = fault;
  }
}

/**
 * One JSON object. Objects have no prototype, so that `__proto__` is a member like any other.
 * @param {Uint8Array} bytes @returns {object} @throws {DocumentError}
 */
export function load(bytes) {
  const found = loadJson(bytes);
  if (!isObject(found)) {
    throw new DocumentError("not-an-object", "It is JSON, but not an object.");
  }
  return found;
}

/** One JSON value, by the same rules. @param {Uint8Array} bytes @returns {unknown} @throws {DocumentError} */
export function loadJson(bytes) {
  if (bytes.length > MAX_BYTES) {
    throw new DocumentError("too-large", `It has ${bytes.length} bytes, and ${MAX_BYTES} are read.`);
  }
  const text = fromUtf8(bytes);
  if (text === null) {
    throw new DocumentError("not-utf8", "It is not UTF-8 text.");
  }
  const parser = new DocumentParser(text);
  try {
    const value = parser.value(0);
    parser.space();
    if (parser.offset === text.length) {
      return value;
    }
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
  }
  throw new DocumentError("not-json", `It is not JSON, at line ${lineOf(text, parser.offset)}.`);
}

function lineOf(text, offset) {
  return text.slice(0, offset).split("\n").length;
}

class DocumentParser extends Parser {
  object(depth) {
    requireShallow(depth);
    const members = Object.create(null);
    if (this.takes("}")) {
      return members;
    }
    do {
      this.member(members, depth);
    } while (this.takes(","));
    this.require("}");
    return members;
  }

  member(members, depth) {
    this.require('"');
    const name = this.string();
    this.require(":");
    if (name in members) {
      throw new DocumentError("duplicate-name", `A member name is there twice: ${name.slice(0, 64)}`);
    }
    members[name] = this.value(depth);
  }

  array(depth) {
    requireShallow(depth);
    return super.array(depth);
  }

  require(character) {
    if (!this.takes(character)) {
      throw new Refusal("malformed");
    }
  }

  number() {
    const written = this.match(NUMBER);
    const value = exact(written);
    if (value === null) {
      throw new DocumentError("inexact-number", `A number would change by being read: ${written.slice(0, 64)}`);
    }
    return value;
  }
}

function requireShallow(depth) {
  if (depth > MAX_DEPTH) {
    throw new DocumentError("too-deep", `It is nested more than ${MAX_DEPTH} levels deep.`);
  }
}

/** The number of a JSON text, where nothing is lost by reading it; else null (api/credentials/exact_number.py). */
function exact(text) {
  if (text.length > MAX_NUMBER_TEXT) {
    return null;
  }
  const number = Number(text);
  if (!Number.isFinite(number)) {
    return null;
  }
  if (/^-?[0-9]+$/.test(text)) {
    const isSure = text.length <= 17 && Number.isSafeInteger(number);
    return isSure || (text.length <= MAX_WHOLE_TEXT && String(number) === text) ? number : null;
  }
  return decimalOf(String(number)) === decimalOf(text) ? number : null;
}

/** The value of a JSON number in one spelling: sign, digits without zeros around them, the last one's power of ten. */
function decimalOf(text) {
  const [mantissa, power = "0"] = text.toLowerCase().split("e");
  const [whole, fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  if (kept === "") {
    return "0";
  }
  const last = Number(power) - fraction.length + digits.length - kept.length;
  return `${mantissa.startsWith("-") ? "-" : ""}${kept}e${last}`;
}

/** The RFC 8785 form of what `load` gives. @param {unknown} value @returns {Uint8Array} */
export function canonical(value) {
  return toUtf8(canonicalText(value));
}

/** The same as a text. */
export function canonicalText(value) {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalText).join(",")}]`;
  }
  if (isObject(value)) {
    const members = Object.keys(value).sort(); // by UTF-16 code units
    return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`).join(",")}}`;
  }
  return JSON.stringify(value); // -0 becomes 0, as RFC 8785 has it
}

/** @param {unknown} found @returns {boolean} */
export function isObject(found) {
  return typeof found === "object" && found !== null && !Array.isArray(found);
}

/** What may stand alone or in a list, as a list. Nothing at all is a list of null, as in Python. */
export function asList(found) {
  return Array.isArray(found) ? found : [found ?? null];
}

/** What stands alone at `place`, or in a list there: each with its place, a JSON Pointer. @returns {[string, unknown][]} */
export function eachWithPlace(found, place) {
  return Array.isArray(found) ? found.map((inner, index) => [`${place}/${index}`, inner]) : [[place, found]];
}

/** An object without some members. */
export function without(object, ...names) {
  const kept = Object.create(null);
  for (const name of Object.keys(object)) {
    if (!names.includes(name)) {
      kept[name] = object[name];
    }
  }
  return kept;
}

/** A copy of an object, in which members can be set. */
export function copied(object) {
  return without(object);
}
