// What a proof proves under a header that is believed: checks 17 and 18 of docs/answers.md. Each check stands in the
// order of What each proof proves.

import { encodeBase64url } from "./base64url.js";
import { equalBytes, toHex } from "./bytes.js";
import { encode } from "./cbor.js";
import { check } from "./errors.js";
import { hashUnder } from "./hash.js";
import { leafHash, rootOfLeaf, rootOfRange } from "./log.js";
import { mapKey, recordHead, rootWith, rootWithout } from "./map.js";
import { anchorIn } from "./names.js";
import { answers, Entry, Leaf, Version } from "./proof.js";
import { subjectOf } from "./question.js";
import { checkAllBits, checkChunk, CHUNK_ENTRIES, readStatusList, StatusList } from "./status-list.js";
import { transactionId } from "./transaction.js";

const PROVE = {
  record: proveRecord,
  absence: proveAbsence,
  index: proveIndex,
  ledger: proveLedger,
  chunk: proveChunk,
  "status-list": proveStatusList,
};

/**
 * @param {object} question @param {object} proof @param {object} header
 * @returns {object} the finding, in its JSON form
 * @throws {Refusal}
 */
export function prove(question, proof, header) {
  check(answers(proof, question), "other-proof");
  const isEntry = question.type === "anchor" && proof.type === "index";
  return isEntry ? proveAnchor(question, proof, header) : PROVE[proof.type](question, proof, header);
}

/** The key in the map of the record that a question is about. */
function keyOf(question) {
  const { kind, id } = subjectOf(question);
  return mapKey(kind, id);
}

/** K, what the registry knew. @returns {number} milliseconds @throws {Refusal} `known-at-ahead` */
function timeKnown({ knownAtMs }, header) {
  const known = knownAtMs ?? header.timeMs;
  check(known <= header.timeMs, "known-at-ahead");
  return known;
}

/**
 * Of versions or entries those that were known at K. They come first, for along a log times never fall.
 * @throws {Refusal} `impossible`
 */
function knownAt(time, leaves) {
  check(
    leaves.every((leaf, i) => i === 0 || leaves[i - 1].timeMs <= leaf.timeMs),
    "impossible",
  );
  return leaves.filter((leaf) => leaf.timeMs <= time);
}

/** The root of the map in which a record's log has these leaves. @throws {Refusal} `impossible` */
function stateRootWith(question, form, things, { count, first, path, mapPath }) {
  const leaves = things.map((thing) => leafHash(encode(form.toCbor(thing))));
  const root = rootOfRange(count, first, leaves, path);
  return rootWith(keyOf(question), recordHead(count, root), mapPath);
}

function proveAbsence(question, { mapPath }, header) {
  const root = rootWithout(keyOf(question), mapPath);
  check(equalBytes(root, header.stateRoot), "state-root");
  timeKnown(question, header);
  if (question.type === "index") {
    return { type: "entries", first: question.first, entries: [], isLast: true };
  }
  return { type: "absent" };
}

function proveRecord(question, record, header) {
  const { body, count, first, versions } = record;
  const root = stateRootWith(question, Version, versions, record);
  check(equalBytes(root, header.stateRoot), "state-root");
  const time = timeKnown(question, header);
  const known = knownAt(time, versions).length;
  if (known === 0) {
    check(first === 0, "not-yet-known");
    check(versions.length === 1 && body === null, "superfluous");
    return { type: "not-yet", first: Version.toJson(versions[0]) };
  }
  check(known === 1, "superfluous");
  const [version, successor = null] = versions;
  check(successor !== null || first + 1 === count, "successor-left-out");
  check(body !== null && equalBytes(hashUnder("matricula/record-body/v1", body), version.bodyHash), "body");
  return {
    type: "found",
    number: first,
    version: Version.toJson(version),
    body: encodeBase64url(body),
    successor: successor === null ? null : Version.toJson(successor),
  };
}

function proveIndex(question, proof, header) {
  const { count, first, entries } = proof;
  const root = stateRootWith(question, Entry, entries, proof);
  check(equalBytes(root, header.stateRoot), "state-root");
  const time = timeKnown(question, header);
  const known = knownAt(time, entries);
  check(entries.length - known.length <= 1, "superfluous");
  check(first === question.first, "page");
  const isLast = known.length < entries.length || first + known.length === count;
  return { type: "entries", first, entries: known.map(Entry.toJson), isLast };
}

function proveAnchor(question, proof, header) {
  const root = stateRootWith(question, Entry, proof.entries, proof);
  check(equalBytes(root, header.stateRoot), "state-root");
  const time = timeKnown(question, header);
  check(proof.entries.length === 1, "superfluous");
  const [entry] = proof.entries;
  const anchor = anchorIn(entry.id);
  check(anchor !== null && anchor.root === toHex(question.root), "entry");
  if (entry.timeMs > time) {
    return { type: "not-yet", first: Entry.toJson(entry) };
  }
  return { type: "anchored", number: proof.first, entry: Entry.toJson(entry), count: anchor.count };
}

function proveLedger(question, { leaf, position, path }, header) {
  const root = rootOfLeaf(header.logSize, position, leafHash(encode(Leaf.toCbor(leaf))), path);
  check(root !== null, "impossible");
  check(equalBytes(root, header.logRoot), "log-root");
  const id = transactionId(leaf.data);
  check(leaf.index !== 0 && id !== null && equalBytes(id, question.id), "leaf");
  return { type: "in-ledger", position, leaf: Leaf.toJson(leaf) };
}

function proveChunk(question, { record, number, bits, path }, header) {
  const found = proveRecord(question, record, header);
  check(number === question.number, "chunk");
  const list = readStatusList(record.body);
  checkChunk(list, number, bits, path);
  return statusBits(found, list, number * CHUNK_ENTRIES, bits);
}

function proveStatusList(question, { record, bits }, header) {
  const found = proveRecord(question, record, header);
  const list = readStatusList(record.body);
  checkAllBits(list, bits);
  return statusBits(found, list, 0, bits);
}

function statusBits(found, list, first, bits) {
  const statusList = StatusList.toJson(list);
  return { type: "status-bits", record: found, statusList, first, bits: encodeBase64url(bits) };
}
