// Transactions in the ledger log: docs/answers.md, What each proof proves (Ledger).

import { toUtf8 } from "./bytes.js";
import { decode, encode } from "./cbor.js";
import { Refusal } from "./errors.js";
import { bytes, fields, plain } from "./form.js";
import { hashUnder } from "./hash.js";

const LARGEST = 61440;
const TAG_18 = 0xd2;
const CONTENT = toUtf8("matricula/transaction/v1");

const emptyMap = plain((value) => value instanceof Map && value.size === 0);

const CoseSign1 = fields({
  protectedHeader: bytes(0, 1024),
  unprotectedHeader: emptyMap,
  payload: bytes(0, LARGEST),
  signature: bytes(64),
});

/** @param {Uint8Array} data @returns {Uint8Array | null} the transaction's id, or null where it is no transaction */
export function transactionId(data) {
  if (data.length > LARGEST || data[0] !== TAG_18) {
    return null;
  }
  try {
    const { protectedHeader, payload } = CoseSign1.fromCbor(decode(data.subarray(1)));
    return hashUnder("matricula/transaction-id/v1", encode(["Signature1", protectedHeader, CONTENT, payload]));
  } catch (error) {
    if (error instanceof Refusal) {
      return null;
    }
    throw error;
  }
}
