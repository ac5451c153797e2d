// Questions: docs/answers.md, Questions.

import { equalBytes } from "./bytes.js";
import { encode } from "./cbor.js";
import { coded, fields, hash, optional, text, uint } from "./form.js";
import { isDid, isIndexId, isRecordId } from "./names.js";

const LAST_CHUNK = 4095;

const id = text(1, 320);
const knownAtMs = optional(uint());

/** @type {import("./form.js").Form} */
export const Question = coded({
  record: fields({ kind: text(1, 32), id, knownAtMs }),
  index: fields({ id, first: uint(), knownAtMs }),
  transaction: fields({ id: hash }),
  chunk: fields({ id, number: uint(), knownAtMs }),
  "status-list": fields({ id, knownAtMs }),
  anchor: fields({ issuer: id, root: hash, knownAtMs }),
});

/**
 * The reader's question.
 * @param {object | null} question  in its JSON form
 * @returns {object | null}
 * @throws {TypeError} where it has not that form
 */
export function readQuestion(question) {
  if (question === null) {
    return null;
  }
  try {
    return Question.fromJson(new Map(Object.entries(question)));
  } catch (error) {
    throw new TypeError("`question` does not have the form of a question in JSON", { cause: error });
  }
}

/** @param {object} question @returns {boolean} whether the ledger could hold what is asked for */
export function isPossible(question) {
  switch (question.type) {
    case "record":
      return isRecordId(question.kind, question.id);
    case "index":
      return isIndexId(question.id);
    case "chunk":
      return question.number <= LAST_CHUNK && isRecordId("status-list", question.id);
    case "status-list":
      return isRecordId("status-list", question.id);
    case "anchor":
      return isDid(question.issuer); // any hash may be a root
    default:
      return true; // any hash may be the id of a transaction
  }
}

/** @returns {boolean} whether two questions are the same in every field */
export function isSameQuestion(a, b) {
  return equalBytes(encode(Question.toCbor(a)), encode(Question.toCbor(b)));
}

/** @returns {{ kind: string, id: string }} the record in the map that a question is about */
export function subjectOf(question) {
  switch (question.type) {
    case "record":
      return { kind: question.kind, id: question.id };
    case "index":
      return { kind: "index", id: question.id };
    case "anchor":
      return { kind: "index", id: `anchors-by-issuer/${question.issuer}` };
    default:
      return { kind: "status-list", id: question.id };
  }
}
