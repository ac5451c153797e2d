// Verdicts: docs/answers.md, Outcomes and The verdict as JSON.

// All other reasons make an answer invalid.
const INDETERMINATE = new Set([
  "unsupported-version",
  "not-final",
  "unknown-version",
  "other-epoch",
  "unknown-ruleset",
  "anchor-too-old",
  "known-at-ahead",
  "unreadable",
  "from-future",
  "stale",
]);

/**
 * @typedef {object} Verdict
 * @property {"valid" | "invalid" | "indeterminate"} outcome
 * @property {string | null} reason  null for a valid answer
 * @property {object | null} finding  what was proved; show and use this, nothing else of the answer
 * @property {number | null} asOfMs  the block's time, in milliseconds since 1970; null until the header is believed
 * @property {number | null} height
 * @property {number | null} epoch
 * @property {"genesis only" | "checkpoint" | null} anchoredBy
 */

/**
 * @param {string | null} reason
 * @param {object | null} finding
 * @param {object | null} header  once it is believed
 * @param {import("./trust.js").Trust} trust
 * @returns {Verdict}
 */
export function verdict(reason, finding, header, trust) {
  return {
    outcome: outcomeOf(reason),
    reason,
    finding,
    asOfMs: header === null ? null : header.timeMs,
    height: header === null ? null : header.height,
    epoch: header === null ? null : header.epoch,
    anchoredBy: header === null ? null : trust.anchoredBy,
  };
}

function outcomeOf(reason) {
  if (reason === null) {
    return "valid";
  }
  return INDETERMINATE.has(reason) ? "indeterminate" : "invalid";
}
