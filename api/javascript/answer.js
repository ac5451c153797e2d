// The bytes of an answer: docs/answers.md, The answer and The answer as JSON. Checks 1 to 3.

import { decode } from "./cbor.js";
import { Certificate } from "./certificate.js";
import { check } from "./errors.js";
import { optional } from "./form.js";
import { Header } from "./header.js";
import { hasOtherNumber, parse } from "./json.js";
import { Proof } from "./proof.js";
import { Question } from "./question.js";

const LARGEST_CBOR = 1048576;
export const LARGEST_JSON = 4 * LARGEST_CBOR;
const VERSION = 1;
const BEGINS_JSON = new Set(Array.from("{[ \t\n\r", (character) => character.charCodeAt(0)));

const MEMBERS = {
  question: Question,
  proof: Proof,
  header: Header,
  certificate: optional(Certificate),
};

/**
 * @param {Uint8Array} bytes  CBOR or JSON
 * @returns {{ question: object, proof: object, header: object, certificate: object | null }}
 * @throws {Refusal} `malformed` or `unsupported-version`
 */
export function readAnswer(bytes) {
  return BEGINS_JSON.has(bytes[0]) ? readJson(bytes) : readCbor(bytes);
}

function readCbor(bytes) {
  check(bytes.length <= LARGEST_CBOR, "malformed");
  return readMembers(decode(bytes), (form, value) => form.fromCbor(value));
}

function readJson(bytes) {
  check(bytes.length <= LARGEST_JSON, "malformed");
  const value = unwrap(parse(bytes));
  check(!hasOtherNumber(value), "malformed"); // in `readable` there may be any number, so not before
  return readMembers(value, (form, member) => form.fromJson(member));
}

/** Takes what `answer` holds, where the object is what HTTP gives. */
function unwrap(value) {
  const isWrapped = value instanceof Map && value.has("answer") && value.size === (value.has("readable") ? 2 : 1);
  return isWrapped ? value.get("answer") : value;
}

function readMembers(value, read) {
  check(value instanceof Map, "malformed");
  const version = value.get("version");
  check(Number.isInteger(version), "malformed");
  check(version === VERSION, "unsupported-version");
  const names = Object.keys(MEMBERS);
  check(value.size === names.length + 1, "malformed");
  return Object.fromEntries(names.map((name) => [name, read(MEMBERS[name], value.get(name))]));
}
