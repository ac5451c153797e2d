// Byte strings and texts.

const encoder = new TextEncoder();
// `ignoreBOM: true` keeps a byte order mark as a character: by default TextDecoder swallows it, and two different
// byte strings would be one text.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {string} text @returns {Uint8Array} */
export function toUtf8(text) {
  return encoder.encode(text);
}

/** @param {Uint8Array} bytes @returns {string | null} null where they are no UTF-8 */
export function fromUtf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Compares as byte strings are ordered.
 * @param {Uint8Array} a @param {Uint8Array} b @returns {number} the sign counts
 */
export function compareBytes(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) {
      return a[i] - b[i];
    }
  }
  return a.length - b.length;
}

/** @param {Uint8Array} a @param {Uint8Array} b @returns {boolean} */
export function equalBytes(a, b) {
  return compareBytes(a, b) === 0;
}

/** @param {Uint8Array[]} parts @returns {Uint8Array} */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** @param {Uint8Array} bytes @returns {string} hexadecimal digits in lower case */
export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) {
    text += HEX[byte];
  }
  return text;
}

/** An unsigned big-endian integer of 8 bytes. @param {number} value  from 0 to 2^53 − 1 @returns {Uint8Array} */
export function toUint64(value) {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(value / 2 ** 32));
  view.setUint32(4, value % 2 ** 32);
  return bytes;
}
