// Unpacking what anybody may have compressed: never more comes out than is permitted, and one stream is all there is.

import { concat } from "../bytes.js";

/** What was compressed is no right stream, or too much. */
export class UnpackingError extends Error {}

/**
 * @param {Uint8Array} bytes
 * @param {"gzip" | "deflate"} form  `deflate` is ZLIB (RFC 1950)
 * @param {number} most  bytes that may come out
 * @returns {Promise<Uint8Array>} @throws {UnpackingError}
 */
export async function unpacked(bytes, form, most) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(form)).getReader();
  const pieces = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new UnpackingError(`it is no right ${form}`);
    });
    if (done) {
      return concat(...pieces);
    }
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new UnpackingError(`it unpacks to more than ${most} bytes`);
    }
    pieces.push(value);
  }
}
