// What is looked up for a credential: who issued it, who answers for them, and whole status lists. Rules:
//
// - G1 The registry is asked for issuers and lists by their names; no name of a credential or of a person is asked for.
// - G2 A list outside the registry is fetched whole, and only for a credential that its issuer has signed: an address in a
//   forged one would tell its forger who looks at it.
// - G3 A record of the registry counts only where it may speak for the name; who else has the name, a node asks.
// - G4 What could not be had is told as that, and the question stays open.

import { sha256 } from "./javascript/hash.js";
import { toHex } from "./javascript/bytes.js";
import { Flaw } from "./javascript/credential/flaw.js";
import { keysInDid, nameCounts, readDid, readMember } from "./javascript/credential/identities.js";
import { needsOf } from "./javascript/credential/judge.js";
import { judgeProofs } from "./javascript/credential/proofs.js";
import { isDid } from "./javascript/credential/url.js";
import { fetched, isLoopback, NotHad } from "./network.js";

const MOST_LIST_BYTES = 4_194_304;
const LIST_TYPES = "application/statuslist+jwt, application/vc, application/json;q=0.9, */*;q=0.1";

/** @returns {Promise<{ facts: object, evidence: object[] }>} see `Facts` in judge.js */
export async function gathered(secured, network) {
  const gathering = new Gathering(network);
  const needs = needsOf(secured);
  await Promise.all([
    ...needs.dids.map((did) => gathering.identity(did)),
    ...needs.registryLists.map((listId) => gathering.registryList(listId)),
  ]);
  await gathering.publishedLists(secured, needs.listUrls);
  return { facts: gathering.facts(), evidence: gathering.evidence };
}

class Gathering {
  constructor(network) {
    this.network = network;
    this.evidence = [];
    this.identities = new Map();
    this.lists = new Map();
    this.members = new Map();
    this.published = new Map();
    this.timesMs = [];
  }

  facts() {
    const { identities, lists, members, published } = this;
    const asOfMs = this.timesMs.length === 0 ? 0 : Math.min(...this.timesMs);
    return { identities, lists, members, published, schemas: new Map(), asOfMs };
  }

  async asked(question, what) {
    const { finding, asOfMs } = await this.network.ask({ ...question, knownAtMs: null }, what, this.evidence);
    this.timesMs.push(asOfMs);
    return finding;
  }

  async identity(did) {
    const own = keysInDid(did);
    if (own !== null || !isDid(did)) {
      this.identities.set(did, own ?? new Flaw("method-unsupported", did.slice(0, 130)));
      return;
    }
    try {
      const finding = await this.asked({ type: "record", kind: "did", id: did }, "did-record");
      const found = finding.type === "found" ? readDid(finding.body) : null;
      const record = found !== null && nameCounts(did, found) ? found : null;
      this.identities.set(did, record);
      if (record !== null) {
        await this.member(record.sponsor);
      }
    } catch (error) {
      this.identities.set(did, notHad(error, "did-unreachable"));
    }
  }

  async member(did) {
    const finding = await this.asked({ type: "record", kind: "member", id: did }, "member-record");
    if (finding.type === "found") {
      this.members.set(did, readMember(finding.body, Date.now()));
    }
  }

  async registryList(listId) {
    try {
      const finding = await this.asked({ type: "status-list", id: listId }, "status-list");
      this.lists.set(listId, finding.type === "status-bits" ? finding : null);
    } catch (error) {
      this.lists.set(listId, notHad(error, "status-unreachable"));
    }
  }

  /** G2. */
  async publishedLists(secured, urls) {
    const { checks } = urls.length === 0 ? { checks: [] } : await judgeProofs(secured, this.facts(), Date.now());
    const isSigned = checks.some(({ aspect, reason }) => aspect === "signature" && reason === null);
    await Promise.all((isSigned ? urls : []).map((url) => this.publishedList(url)));
  }

  async publishedList(url) {
    const askedMs = Date.now();
    const told = { what: "status-list", source: url, node: null, askedMs, sha256: null, height: null, found: null };
    this.evidence.push(told);
    try {
      const data = await listAt(url);
      told.sha256 = toHex(sha256(data));
      this.published.set(url, { data, fetchedMs: askedMs });
    } catch (error) {
      const flaw = notHad(error, "status-unreachable");
      told.found = flaw.detail;
      this.published.set(url, flaw);
    }
  }
}

async function listAt(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "https:" && !isLoopback(url))) {
    throw new NotHad("its address is not one that is fetched (https)");
  }
  return (await fetched(url.href, { headers: { accept: LIST_TYPES } }, MOST_LIST_BYTES)).bytes;
}

/** G4. @returns {Flaw} */
function notHad(error, reason) {
  if (error instanceof NotHad) {
    return new Flaw(reason, error.message);
  }
  throw error;
}
