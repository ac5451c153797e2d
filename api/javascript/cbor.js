// The deterministic CBOR of docs/answers.md (Encoding). A value is a number (always whole), a Uint8Array, a string, a
// boolean, null, an array, or a Map with strings for keys: a Map, for a member may be called `__proto__`.

import { compareBytes, fromUtf8, toUtf8 } from "./bytes.js";
import { check, Refusal } from "./errors.js";

const DEEPEST = 8;
const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, simple: 7 };
const FALSE = 20;
const TRUE = 21;
const NULL = 22;
const NOTHING = new Map(); // for all empty maps: a megabyte of them would take many times that

/**
 * @param {Uint8Array} bytes
 * @returns {unknown} the one value; its byte strings are views of the bytes
 * @throws {Refusal} `malformed`
 */
export function decode(bytes) {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  check(reader.offset === bytes.length, "malformed");
  return value;
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.offset = 0;
  }

  get left() {
    return this.bytes.length - this.offset;
  }

  /** `depth` is how many arrays and maps the value lies in. */
  value(depth) {
    check(this.left > 0, "malformed");
    const head = this.bytes[this.offset++];
    const major = head >> 5;
    if (major === MAJOR.simple) {
      return simple(head & 31);
    }
    const argument = this.argument(head & 31);
    switch (major) {
      case MAJOR.unsigned:
        return argument;
      case MAJOR.negative:
        // The lowest is −(2^53 − 1), so one less than for the others.
        check(argument < Number.MAX_SAFE_INTEGER, "malformed");
        return -1 - argument;
      case MAJOR.bytes:
        return this.take(argument);
      case MAJOR.text:
        return this.text(argument);
      case MAJOR.array:
        return this.array(argument, depth + 1);
      case MAJOR.map:
        return this.map(argument, depth + 1);
      default:
        throw new Refusal("malformed"); // a tag
    }
  }

  /** The number that belongs to a head, in the shortest form only. */
  argument(info) {
    if (info < 24) {
      return info;
    }
    check(info <= 27, "malformed"); // 31 is an indefinite length, 28 to 30 are reserved
    const size = 2 ** (info - 24);
    check(this.left >= size, "malformed");
    const at = this.offset;
    this.offset += size;
    switch (info) {
      case 24:
        return atLeast(24, this.view.getUint8(at));
      case 25:
        return atLeast(2 ** 8, this.view.getUint16(at));
      case 26:
        return atLeast(2 ** 16, this.view.getUint32(at));
      default: {
        const high = this.view.getUint32(at);
        check(high < 2 ** 21, "malformed"); // 2^53 and more
        return atLeast(2 ** 32, high * 2 ** 32 + this.view.getUint32(at + 4));
      }
    }
  }

  take(length) {
    check(length <= this.left, "malformed");
    const start = this.offset;
    this.offset += length;
    return this.bytes.subarray(start, this.offset);
  }

  text(length) {
    const text = fromUtf8(this.take(length));
    check(text !== null, "malformed");
    return text;
  }

  array(length, depth) {
    // Each item has a byte at least: nothing is reserved on the strength of a length alone.
    check(depth <= DEEPEST && length <= this.left, "malformed");
    const items = [];
    for (let i = 0; i < length; i++) {
      items.push(this.value(depth));
    }
    return items;
  }

  map(length, depth) {
    check(depth <= DEEPEST && 2 * length <= this.left, "malformed");
    if (length === 0) {
      return NOTHING;
    }
    const members = new Map();
    let before = null;
    for (let i = 0; i < length; i++) {
      const start = this.offset;
      const key = this.value(depth);
      const encoded = this.bytes.subarray(start, this.offset);
      check(typeof key === "string" && (before === null || compareBytes(before, encoded) < 0), "malformed");
      before = encoded;
      members.set(key, this.value(depth));
    }
    return members;
  }
}

function simple(info) {
  switch (info) {
    case FALSE:
      return false;
    case TRUE:
      return true;
    case NULL:
      return null;
    default:
      throw new Refusal("malformed"); // a float, `undefined`, or another simple value
  }
}

function atLeast(least, argument) {
  check(argument >= least, "malformed");
  return argument;
}

/**
 * @param {unknown} value  as `decode` gives it, but no map: nothing that is hashed has one
 * @returns {Uint8Array}
 */
export function encode(value) {
  const writer = new Writer();
  writer.value(value);
  return writer.bytes.subarray(0, writer.length);
}

class Writer {
  constructor() {
    this.bytes = new Uint8Array(256);
    this.length = 0;
  }

  value(value) {
    if (value === null) {
      this.head(MAJOR.simple, NULL);
    } else if (typeof value === "number") {
      this.head(value < 0 ? MAJOR.negative : MAJOR.unsigned, value < 0 ? -1 - value : value);
    } else if (typeof value === "string") {
      this.string(MAJOR.text, toUtf8(value));
    } else if (value instanceof Uint8Array) {
      this.string(MAJOR.bytes, value);
    } else if (Array.isArray(value)) {
      this.head(MAJOR.array, value.length);
      value.forEach((item) => this.value(item));
    } else {
      throw new TypeError("nothing that is hashed has such a value");
    }
  }

  string(major, bytes) {
    this.head(major, bytes.length);
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  head(major, argument) {
    const size = argument < 24 ? 0 : argument < 2 ** 8 ? 1 : argument < 2 ** 16 ? 2 : argument < 2 ** 32 ? 4 : 8;
    this.reserve(1 + size);
    this.bytes[this.length++] = (major << 5) | (size === 0 ? argument : 24 + Math.log2(size));
    let rest = argument;
    for (let i = size - 1; i >= 0; i--) {
      this.bytes[this.length + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.length += size;
  }

  reserve(more) {
    if (this.length + more > this.bytes.length) {
      const larger = new Uint8Array(2 * (this.length + more));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
  }
}
