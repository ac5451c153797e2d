// How ids are spelled: docs/records.md, Names and Records.

const LONGEST_DID = 180;
// 52 letters of base32 hold 260 bits, a hash 256: the last four are zero, which leaves `a` and `q` for the last letter.
const OWN_DID = /^did:matricula:[a-z2-7]{51}[aq]$/;
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const WEB_DID = new RegExp(`^did:web:${LABEL}(?:\\.${LABEL})*(?:%3A[1-9][0-9]{0,4})?(?::[A-Za-z0-9._-]+){0,8}$`);
const NAME = /^[a-z0-9-]{1,64}$/;
const ANCHOR_ENTRY = /^([0-9a-f]{64})\/([1-9][0-9]{0,9})$/;
const LARGEST_BATCH = 4294967296;
const NETWORK = "network";

const isNetwork = (id) => id === NETWORK;

/** @param {string} id @returns {boolean} whether the ledger could hold this DID */
export function isDid(id) {
  return id.length <= LONGEST_DID && (OWN_DID.test(id) || WEB_DID.test(id));
}

/** `DID/collection/NAME`; no DID has a slash in it. */
function isOwned(id, collection) {
  const parts = id.split("/");
  return parts.length === 3 && isDid(parts[0]) && parts[1] === collection && NAME.test(parts[2]);
}

const ID_OF_KIND = new Map([
  ["did", isDid],
  ["member", isDid],
  ["usage", isDid],
  ["schema", (id) => isOwned(id, "schemas")],
  ["status-list", (id) => isOwned(id, "status-lists")],
  ["open-proposals", isDid],
  ["pending", (id) => isOwned(id, "pending")],
  ["validators", isNetwork],
  ["parameters", isNetwork],
]);

const SUBJECT_OF_RELATION = new Map([
  ["members", isNetwork],
  ["dids-by-sponsor", isDid],
  ["schemas-by-owner", isDid],
  ["status-lists-by-issuer", isDid],
  ["anchors-by-issuer", isDid],
  ["pending-by-subject", isDid],
]);

/** @param {string} kind @param {string} id @returns {boolean} whether the ledger could hold such a record */
export function isRecordId(kind, id) {
  const isId = ID_OF_KIND.get(kind);
  return isId !== undefined && isId(id);
}

/**
 * The anchor that an entry's id, `ROOT/COUNT`, tells.
 * @param {string} id
 * @returns {{ root: string, count: number } | null} the root in hexadecimal; null where it tells none
 */
export function anchorIn(id) {
  const [, root, digits] = ANCHOR_ENTRY.exec(id) ?? [];
  const count = Number(digits);
  return root !== undefined && count <= LARGEST_BATCH ? { root, count } : null;
}

/** @param {string} id  RELATION/SUBJECT @returns {boolean} whether the ledger could hold such an index */
export function isIndexId(id) {
  const slash = id.indexOf("/");
  const isSubject = SUBJECT_OF_RELATION.get(id.slice(0, Math.max(slash, 0)));
  return isSubject !== undefined && isSubject(id.slice(slash + 1));
}
