// JSON as docs/answers.md (The answer as JSON) has it. `JSON.parse` takes a name twice, halves of surrogate pairs, any
// depth and any number, and rounds; so it is not used.

import { fromUtf8 } from "./bytes.js";
import { check, Refusal } from "./errors.js";

const DEEPEST = 32;
const LONGEST_NUMBER = 32;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const DIGITS = /^[0-9]+$/;
const FOUR_HEX_DIGITS = /[0-9a-fA-F]{4}/y;
const HALF_OF_A_PAIR = /\p{Surrogate}/u; // with the flag u, whole pairs are other characters
const ESCAPES = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
const LITERALS = new Map([
  ["t", ["true", true]],
  ["f", ["false", false]],
  ["n", ["null", null]],
]);
const NOTHING = new Map(); // for all empty objects: megabytes of them would take many times that

/** Stands for every number that is no integer from 0 to 2^53 − 1 written in digits alone. */
export const OTHER_NUMBER = Symbol("another number");

/**
 * @param {Uint8Array} bytes
 * @returns {unknown} objects as Maps (a name may be `__proto__`), numbers as numbers or `OTHER_NUMBER`
 * @throws {Refusal} `malformed`
 */
export function parse(bytes) {
  const text = fromUtf8(bytes);
  check(text !== null, "malformed");
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.space();
  check(parser.offset === text.length, "malformed");
  return value;
}

/** @param {unknown} value  as `parse` gives it @returns {boolean} */
export function hasOtherNumber(value) {
  if (value instanceof Map) {
    for (const member of value.values()) {
      if (hasOtherNumber(member)) {
        return true;
      }
    }
    return false;
  }
  return Array.isArray(value) ? value.some(hasOtherNumber) : value === OTHER_NUMBER;
}

export class Parser {
  constructor(text) {
    this.text = text;
    this.offset = 0;
  }

  space() {
    for (; ; this.offset++) {
      const code = this.text.charCodeAt(this.offset);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) {
        return;
      }
    }
  }

  /** Whether the next character, after white space, is this one; then it is taken. */
  takes(character) {
    this.space();
    if (this.text[this.offset] !== character) {
      return false;
    }
    this.offset++;
    return true;
  }

  /** `depth` is how many arrays and objects the value lies in. */
  value(depth) {
    this.space();
    const first = this.text[this.offset];
    switch (first) {
      case "{":
        this.offset++;
        return this.object(depth + 1);
      case "[":
        this.offset++;
        return this.array(depth + 1);
      case '"':
        this.offset++;
        return this.string();
      default:
        return LITERALS.has(first) ? this.literal(...LITERALS.get(first)) : this.number();
    }
  }

  object(depth) {
    check(depth <= DEEPEST, "malformed");
    if (this.takes("}")) {
      return NOTHING;
    }
    const members = new Map();
    do {
      check(this.takes('"'), "malformed");
      const name = this.string();
      check(!members.has(name) && this.takes(":"), "malformed");
      members.set(name, this.value(depth));
    } while (this.takes(","));
    check(this.takes("}"), "malformed");
    return members;
  }

  array(depth) {
    check(depth <= DEEPEST, "malformed");
    const items = [];
    if (this.takes("]")) {
      return items;
    }
    do {
      items.push(this.value(depth));
    } while (this.takes(","));
    check(this.takes("]"), "malformed");
    return items;
  }

  /** The rest of a text whose first quotation mark was taken. */
  string() {
    const pieces = [];
    for (;;) {
      const start = this.offset;
      const code = this.toSpecial();
      pieces.push(this.text.slice(start, this.offset));
      this.offset++;
      if (code === 0x22) {
        break;
      }
      check(code === 0x5c, "malformed"); // else a control character, or the end
      pieces.push(this.escape());
    }
    const text = pieces.join("");
    check(!HALF_OF_A_PAIR.test(text), "malformed");
    return text;
  }

  /** Goes on to the next quotation mark, backslash or control character, or to the end, where the code is NaN. */
  toSpecial() {
    for (; ; this.offset++) {
      const code = this.text.charCodeAt(this.offset);
      if (!(code >= 0x20) || code === 0x22 || code === 0x5c) {
        return code;
      }
    }
  }

  escape() {
    const letter = this.text[this.offset++];
    if (letter !== "u") {
      check(ESCAPES.has(letter), "malformed");
      return ESCAPES.get(letter);
    }
    return String.fromCharCode(Number.parseInt(this.match(FOUR_HEX_DIGITS), 16));
  }

  literal(word, value) {
    check(this.text.startsWith(word, this.offset), "malformed");
    this.offset += word.length;
    return value;
  }

  number() {
    const written = this.match(NUMBER);
    check(written.length <= LONGEST_NUMBER, "malformed");
    const value = Number(written);
    return DIGITS.test(written) && Number.isSafeInteger(value) ? value : OTHER_NUMBER;
  }

  match(pattern) {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text);
    if (found === null) {
      throw new Refusal("malformed");
    }
    this.offset = pattern.lastIndex;
    return found[0];
  }
}
