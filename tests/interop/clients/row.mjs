// What every client's script shares: the scene it is given, and the rows that it prints.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// Where the node is and what it must say: one JSON object, in the first argument.
export const scene = JSON.parse(process.argv[2])

const rows = []

// Some clients write what they think on the console; the rows alone are this program's output.
console.log = console.error

function version(client) {
  return JSON.parse(readFileSync(join(process.env.INTEROP_MODULES, client, 'package.json'), 'utf8')).version
}

// One row: the client, what it did, and whether the node's answer was taken as it has to be.
// `act` throws, or returns a sentence about what it did.
export async function row(client, act) {
  const told = { client, version: version(client) }
  try {
    rows.push({ ...told, did: await act(), verdict: 'pass' })
  } catch (error) {
    rows.push({ ...told, did: String(error.message ?? error).slice(0, 400), verdict: 'fail' })
  }
}

export function expect(actual, expected, what) {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (got !== wanted) throw new Error(`${what}: ${got}, not ${wanted}`)
}

export function print() {
  process.stdout.write(JSON.stringify(rows))
}
