// Ajv for both drafts, as verifiers use it: each compiles the schema of its own draft, and neither knows the other's.

import Ajv2019 from 'ajv/dist/2019.js'
import Ajv2020 from 'ajv/dist/2020.js'

import { expect, print, row, scene } from './row.mjs'

const DRAFTS = { '2019-09': Ajv2019.default ?? Ajv2019, '2020-12': Ajv2020.default ?? Ajv2020 }

for (const [draft, Ajv] of Object.entries(DRAFTS)) {
  await row('ajv', async () => {
    const response = await fetch(`${scene.schema.url}?draft=${draft}`)
    expect(response.headers.get('content-type'), 'application/json', 'content type')
    const validate = new Ajv({ strict: false }).compile(await response.json())
    expect(validate(scene.schema.valid), true, 'the valid document')
    expect(validate(scene.schema.invalid), false, 'the invalid document')
    return `compiled the schema in draft ${draft} and judged two documents by it`
  })
}

print()
