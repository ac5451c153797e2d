// Judges documents by schemas: one { schema, document } a line in, one outcome a line out: `conforms`, `violates`, or why
// the schema cannot be judged by here.
import { createInterface } from "node:readline";
import { load } from "../../api/javascript/credential/document.js";
import { UnsupportedSchema, violations } from "../../api/javascript/credential/json-schema.js";

const read = (value) => load(new TextEncoder().encode(JSON.stringify(value)));

function outcome(schema, document) {
  try {
    return violations(read(schema), read(document)).length === 0 ? "conforms" : "violates";
  } catch (error) {
    if (error instanceof UnsupportedSchema) {
      return error.message;
    }
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { schema, document } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(outcome(schema, document))}\n`);
}
