// The checks, in order: docs/answers.md.

import { LARGEST_JSON, readAnswer } from "./answer.js";
import { believe } from "./believe.js";
import { check, Refusal } from "./errors.js";
import { prove } from "./prove.js";
import { isPossible, isSameQuestion, readQuestion } from "./question.js";
import { checkTrust } from "./trust.js";
import { verdict } from "./verdict.js";

const PRECISION_MS = 500;
const DEFAULT_MAX_AGE_MS = 120_000;

/**
 * Verifies an answer. No bytes make it throw.
 * @param {Uint8Array} bytes  CBOR or JSON, from anybody
 * @param {import("./trust.js").Trust} trust
 * @param {object} options
 * @param {object | null} [options.question]  what the reader asked, in its JSON form; null where the reader was handed
 *   a file, and looks at the question in the answer
 * @param {number} options.nowMs  the reader's clock, in milliseconds since 1970
 * @param {number} [options.maxAgeMs]  how old the block may be, in milliseconds
 * @returns {Promise<import("./verdict.js").Verdict>}
 * @throws {TypeError} where an argument, other than the bytes themselves, is none
 * @throws {UnsupportedError} where the platform has no Ed25519
 */
export async function verifyAnswer(bytes, trust, { question = null, nowMs, maxAgeMs = DEFAULT_MAX_AGE_MS } = {}) {
  checkArguments(bytes, trust, nowMs, maxAgeMs);
  const asked = readQuestion(question);
  let header = null;
  let finding = null;
  try {
    check(bytes.length <= LARGEST_JSON, "malformed"); // before they are copied
    const answer = readAnswer(new Uint8Array(bytes)); // copied: the caller may write to them while we wait
    check(isPossible(answer.question), "impossible-question");
    check(asked === null || isSameQuestion(asked, answer.question), "other-question");
    await believe(answer.header, answer.certificate, trust, nowMs);
    header = answer.header;
    finding = prove(answer.question, answer.proof, header);
    check(header.timeMs <= nowMs + PRECISION_MS, "from-future");
    check(header.timeMs >= nowMs - maxAgeMs, "stale");
    return verdict(null, finding, header, trust);
  } catch (error) {
    if (error instanceof Refusal) {
      return verdict(error.reason, finding, header, trust);
    }
    throw error;
  }
}

function checkArguments(bytes, trust, nowMs, maxAgeMs) {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError("`bytes` is no Uint8Array");
  }
  checkTrust(trust);
  if (!Number.isSafeInteger(nowMs) || typeof maxAgeMs !== "number" || !(maxAgeMs >= 0)) {
    throw new TypeError("`nowMs` or `maxAgeMs` is no number of milliseconds");
  }
}
