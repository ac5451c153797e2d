// Judges answers by the verifier in JavaScript: one JSON document a line in, one verdict a line out.
//
// The first line names the genesis document: {"genesis": base64url}. Each other line is an example as in
// docs/examples/answers.json, of which `answer`, `question`, `nowMs`, `maxAgeMs` and `epochs` count.
import { createInterface } from "node:readline";
import { followEpochs, trustInGenesis, verifyAnswer } from "../../api/javascript/index.js";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64url"));
let genesis = null;

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const task = JSON.parse(line);
  if (genesis === null) {
    genesis = await trustInGenesis(bytes(task.genesis));
    continue;
  }
  const trust = task.epochs == null ? genesis : await followEpochs(genesis, bytes(task.epochs));
  const verdict = await verifyAnswer(bytes(task.answer), trust, {
    question: task.question,
    nowMs: task.nowMs,
    maxAgeMs: task.maxAgeMs,
  });
  process.stdout.write(JSON.stringify(verdict) + "\n");
}
