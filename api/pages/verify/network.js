// The network behind the page: which one it is, and answers of its nodes, each checked by its proof. No credential comes
// here: what is asked for are records of issuers, members, and whole status lists.

import {
  decodeBase64url,
  fingerprint,
  followEpochs,
  TrustError,
  trustInGenesis,
  verifyAnswer,
} from "./javascript/index.js";
import { toHex } from "./javascript/bytes.js";
import { sha256 } from "./javascript/hash.js";

const KEPT_NETWORK = "matricula.network";
const KEPT_NODES = "matricula.nodes";
const MOST_NODES = 8;
const MOST_BYTES = 8_388_608;
const MOST_HAND_OVERS = 64;
const TIMEOUT_MS = 12_000;
export const ASKING = { credentials: "omit", referrerPolicy: "no-referrer", redirect: "error", cache: "no-store" };

/** A node, or a list, gave nothing that can be used; the message says why, for people. */
export class NotHad extends Error {}

/** @returns {Promise<{ bytes: Uint8Array, mediaType: string }>} of a bounded answer @throws {NotHad} */
export async function fetched(url, options = {}, most = MOST_BYTES) {
  let response;
  try {
    response = await fetch(url, { ...ASKING, signal: AbortSignal.timeout(TIMEOUT_MS), ...options });
  } catch (error) {
    throw new NotHad(error.name === "TimeoutError" ? "it did not answer in time" : "it could not be reached");
  }
  if (!response.ok) {
    throw new NotHad(`it answered with status ${response.status}`);
  }
  const mediaType = (response.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  return { bytes: await bounded(response.body, most), mediaType };
}

async function bounded(body, most) {
  const reader = body.getReader();
  const pieces = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new NotHad("its answer broke off");
    });
    if (done) {
      return new Uint8Array(await new Blob(pieces).arrayBuffer());
    }
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new NotHad("its answer is too long");
    }
    pieces.push(value);
  }
}

/** The nodes that are asked: this one, and those that the reader keeps. @returns {string[]} origins */
export function nodes() {
  return [...new Set([location.origin, ...keptNodes()])].slice(0, MOST_NODES);
}

/** @returns {string[]} */
export function keptNodes() {
  return (localStorage.getItem(KEPT_NODES) ?? "").split("\n").filter((line) => line);
}

/** Keeps what can be asked of what was typed. @returns {{ kept: string[], refused: string[] }} */
export function keepNodes(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line);
  const read = lines.map((line) => [line, originOf(line)]);
  const kept = [...new Set(read.map(([, origin]) => origin).filter((origin) => origin !== null))].slice(0, MOST_NODES - 1);
  localStorage.setItem(KEPT_NODES, kept.join("\n"));
  return { kept, refused: read.filter(([, origin]) => origin === null).map(([line]) => line) };
}

function originOf(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isAskable = url !== null && (url.protocol === "https:" || isLoopback(url));
  return isAskable ? url.origin : null;
}

/** What the page may ask without TLS: this machine. */
export function isLoopback(url) {
  return url.protocol === "http:" && ["127.0.0.1", "localhost"].includes(url.hostname);
}

/** The network that this node serves, as its genesis document founds it. */
export class Network {
  /** @returns {Promise<Network>} @throws {NotHad} */
  static async ofThisNode() {
    const [summary, words] = await Promise.all([json("/v1/network"), json("/verify/words.json")]);
    const document = decodeBase64url(String(summary.genesisDocument));
    if (document === null) {
      throw new NotHad("its genesis document cannot be read");
    }
    try {
      return new Network(await trustInGenesis(document), words);
    } catch (error) {
      throw error instanceof TrustError ? new NotHad(`its genesis document cannot be used: ${error.reason}`) : error;
    }
  }

  constructor(trust, words) {
    this.trust = trust;
    this.id = toHex(trust.genesisHash);
    this.words = fingerprint(trust.genesisHash, words);
  }

  /** Whether the reader has said that this is the right network; "other" where it was another one. */
  get choice() {
    const kept = localStorage.getItem(KEPT_NETWORK);
    if (kept === null) {
      return "none";
    }
    return kept === this.id ? "this" : "other";
  }

  keep() {
    localStorage.setItem(KEPT_NETWORK, this.id);
  }

  forget() {
    localStorage.removeItem(KEPT_NETWORK);
  }

  /**
   * Asks all nodes, and takes the newest answer that proves itself.
   * @param {object} question @param {string} what  for the evidence
   * @param {object[]} evidence  to which each look-up is added
   * @returns {Promise<{ finding: object, asOfMs: number }>} @throws {NotHad} where no node gave a good answer
   */
  async ask(question, what, evidence) {
    const asked = await Promise.all(nodes().map((node) => this.askOne(node, question, what)));
    evidence.push(...asked.map(({ told }) => told));
    const good = asked.filter(({ verdict }) => verdict !== null).sort((a, b) => b.verdict.height - a.verdict.height);
    if (good.length === 0) {
      throw new NotHad(`no node gave an answer that proves itself (${asked.map(({ told }) => told.found).join("; ")})`);
    }
    return { finding: good[0].verdict.finding, asOfMs: good[0].verdict.asOfMs };
  }

  async askOne(node, question, what) {
    const askedMs = Date.now();
    const told = { what, source: `${question.id}`, node, askedMs, sha256: null, height: null, found: null };
    try {
      const { bytes } = await fetched(node + pathOf(question), { headers: { accept: "application/cbor" } });
      told.sha256 = toHex(sha256(bytes));
      const verdict = await this.verified(node, bytes, question);
      told.height = verdict.height;
      if (verdict.outcome === "valid") {
        return { verdict, told };
      }
      told.found = `its answer does not hold: ${verdict.reason}`;
    } catch (error) {
      if (!(error instanceof NotHad)) {
        throw error;
      }
      told.found = error.message;
    }
    return { verdict: null, told };
  }

  async verified(node, bytes, question) {
    const verdict = await verifyAnswer(bytes, this.trust, { question, nowMs: Date.now() });
    if (verdict.reason !== "other-epoch" || !(await this.moveOn(node))) {
      return verdict;
    }
    return verifyAnswer(bytes, this.trust, { question, nowMs: Date.now() });
  }

  /** Moves trust on to the newest epoch that a node can prove. @returns {Promise<boolean>} whether it moved */
  async moveOn(node) {
    const before = this.trust.epoch;
    for (let count = 0; count < MOST_HAND_OVERS; count++) {
      const from = this.trust.epoch;
      const page = await json(`${node}/v1/epochs?from=${from}`);
      try {
        this.trust = await followEpochs(this.trust, decodeBase64url(String(page.encoded)) ?? new Uint8Array(0));
      } catch (error) {
        if (!(error instanceof TrustError)) {
          throw error;
        }
        this.trust = error.reached ?? this.trust;
        break;
      }
      if (this.trust.epoch === from) {
        break;
      }
    }
    return this.trust.epoch > before;
  }
}

function pathOf({ type, kind, id }) {
  const name = encodeURIComponent(id).replaceAll("%3A", ":");
  return type === "record" ? `/v1/records/${kind}/${name}` : `/v1/status-lists/${name}`;
}

async function json(url) {
  const { bytes } = await fetched(url, { headers: { accept: "application/json" } });
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw error instanceof SyntaxError ? new NotHad("its answer is no JSON") : error;
  }
}
