// Judges credentials by the modules of the page: one JSON document a line in, one report a line out. The first line holds
// the schema of Open Badges. Each other line is { credential, identities, lists, published, nowMs, policy } with bytes in
// base64url; a credential that is no credential gives the report that says so.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { load } from "../../api/javascript/credential/document.js";
import { keysInDid, readDid } from "../../api/javascript/credential/identities.js";
import { Flaw } from "../../api/javascript/credential/flaw.js";
import { needsOf } from "../../api/javascript/credential/judge.js";
import { violations } from "../../api/javascript/credential/json-schema.js";
import { readReceived } from "../../api/javascript/credential/read.js";
import { POLICIES, reportOf, reportOfUnreadable } from "../../api/javascript/credential/report.js";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64url"));
const schema = load(new Uint8Array(readFileSync(process.argv[2])));
const structure = (name, document) => violations(schema, document, `#/$defs/${name}`);

function identitiesOf(dids, recorded) {
  const found = dids.map((did) => [did, recorded[did] === undefined ? keysInDid(did) : readDid(recorded[did])]);
  return new Map(found.map(([did, identity]) => [did, identity ?? null]));
}

async function judged({ credential, recorded = {}, lists = {}, published = {}, nowMs, policy = "employer" }) {
  const { entries } = await readReceived(bytes(credential));
  const [entry] = entries;
  if (entry instanceof Flaw) {
    return reportOfUnreadable(entry, POLICIES[policy]);
  }
  const facts = {
    identities: identitiesOf(needsOf(entry).dids, recorded),
    lists: new Map(Object.entries(lists)),
    published: new Map(Object.entries(published).map(([url, data]) => [url, { data: bytes(data), fetchedMs: nowMs }])),
    schemas: new Map(),
    members: new Map(),
    asOfMs: nowMs,
  };
  return reportOf(entry, facts, POLICIES[policy], nowMs, structure, []);
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { outcome, sentence, questions, checks, id } = await judged(JSON.parse(line));
  const told = questions.map(({ outcome: each, sentence: words }) => [each, words]);
  const made = checks.map(({ aspect, reason }) => [aspect, reason]);
  process.stdout.write(`${JSON.stringify({ id, outcome, sentence, questions: told, checks: made })}\n`);
}
