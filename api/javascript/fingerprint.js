// The eight words that people compare: docs/answers.md, Trust.

const WORDS = 2048;
const BITS = 11;

/**
 * @param {Uint8Array} genesisHash  32 bytes
 * @param {string[]} words  the English list of BIP 39, 2,048 words from `abandon` on
 * @returns {string} two groups of four words
 * @throws {TypeError} where the hash or the list is none
 */
export function fingerprint(genesisHash, words) {
  if (!(genesisHash instanceof Uint8Array) || genesisHash.length !== 32) {
    throw new TypeError("`genesisHash` is no Uint8Array of 32 bytes");
  }
  if (!Array.isArray(words) || words.length !== WORDS || words[0] !== "abandon") {
    throw new TypeError("`words` is not the English list of BIP 39");
  }
  const chosen = Array.from({ length: 8 }, (_, i) => words[bitsAt(genesisHash, BITS * i)]);
  return `${chosen.slice(0, 4).join(" ")} · ${chosen.slice(4).join(" ")}`;
}

/** Eleven bits from bit `start` on, most significant first. */
function bitsAt(bytes, start) {
  let value = 0;
  for (let i = start; i < start + BITS; i++) {
    value = 2 * value + ((bytes[i >> 3] >> (7 - (i & 7))) & 1);
  }
  return value;
}
