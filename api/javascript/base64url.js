// base64url without padding (RFC 4648, section 5), each byte string in its one spelling: docs/answers.md, The answer as
// JSON. `atob` takes padding, white space and stray bits, so it is not used.

import { fromUtf8, toUtf8 } from "./bytes.js";

const LETTERS = toUtf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const NO_DIGIT = 0xff;
const VALUES = new Uint8Array(128).fill(NO_DIGIT);
LETTERS.forEach((letter, i) => {
  VALUES[letter] = i;
});

/** @param {Uint8Array} bytes @returns {string} */
export function encodeBase64url(bytes) {
  // Letters as bytes and then one text: to add up a text letter by letter takes twenty times as long.
  const letters = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let bits = 0;
  let held = 0; // how many of the low bits of `bits` wait to be written
  let offset = 0;
  for (let i = 0; i < bytes.length; i++) {
    bits = ((bits << 8) | bytes[i]) & 0xffff;
    held += 8;
    while (held >= 6) {
      held -= 6;
      letters[offset++] = LETTERS[(bits >> held) & 63];
    }
  }
  if (held > 0) {
    letters[offset] = LETTERS[(bits << (6 - held)) & 63];
  }
  return fromUtf8(letters);
}

/** @param {string} text @returns {Uint8Array | null} null where it is no base64url or not the one spelling */
export function decodeBase64url(text) {
  if (text.length % 4 === 1) {
    return null;
  }
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0; // how many of the low bits of `bits` wait to be written
  let offset = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const digit = code < 128 ? VALUES[code] : NO_DIGIT;
    if (digit === NO_DIGIT) {
      return null;
    }
    bits = ((bits << 6) | digit) & 0xfff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[offset++] = (bits >> held) & 0xff;
    }
  }
  const stray = bits & ((1 << held) - 1);
  return stray === 0 ? bytes : null;
}
