// Judges answers by the verifier in JavaScript: one JSON document a line in, one verdict a line out.
//
// The first line names the genesis document: {"genesis": base64url}. Each other line is an example or a hand-over as in
// docs/examples/answers.json. Of an example `answer`, `question`, `nowMs`, `maxAgeMs` and `epochs` count; of a
// hand-over, which has no answer, `epochs`: what comes out is its `reason` and `epoch`. Of a transaction, as in
// docs/examples/transactions.json, `bytes`: what comes out is its `id`.
import { createInterface } from "node:readline";
import { followEpochs, TrustError, trustInGenesis, verifyAnswer } from "../../api/javascript/index.js";
import { transactionId } from "../../api/javascript/transaction.js";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64url"));
let genesis = null;

async function handOver(epochs) {
  try {
    return { reason: null, epoch: (await followEpochs(genesis, epochs)).epoch };
  } catch (error) {
    if (error instanceof TrustError) {
      return { reason: error.reason, epoch: null };
    }
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const task = JSON.parse(line);
  if (genesis === null) {
    genesis = await trustInGenesis(bytes(task.genesis));
    continue;
  }
  if (task.bytes !== undefined) {
    const id = await transactionId(new Uint8Array(Buffer.from(task.bytes, "hex")));
    process.stdout.write(JSON.stringify({ id: id && Buffer.from(id).toString("hex") }) + "\n");
    continue;
  }
  if (task.answer === undefined) {
    process.stdout.write(JSON.stringify(await handOver(bytes(task.epochs))) + "\n");
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
