// Says of each { did, sponsor, attestedBy }, one a line in, whether the record may speak for the name: one boolean a line out.
import { createInterface } from "node:readline";
import { nameCounts } from "../../api/javascript/credential/identities.js";

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { did, ...record } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(nameCounts(did, record))}\n`);
}
