// The verifier of the Digital Credentials Consortium, with our Open Badges and our registry of issuers. What it
// concludes is in its log; what is in its rows as its own reading is how it is made, not what the node said.

import { verifyCredential } from '@digitalcredentials/verifier-core'

import { expect, print, row, scene } from './row.mjs'

const CLIENT = '@digitalcredentials/verifier-core'
const { credentials } = scene.issued
const registries = [{ name: 'Matricula', type: 'dcc-legacy', url: `${scene.node}/registry.json` }]

async function verify(credential) {
  const result = await verifyCredential({ credential: structuredClone(credential), knownDIDRegistries: registries })
  if (result.errors) throw new Error(JSON.stringify(result.errors))
  return result
}

function step(result, id) {
  return result.log.find((entry) => entry.id === id)
}

await row(CLIENT, async () => {
  const result = await verify(credentials.badge)
  const steps = ['valid_signature', 'expiration', 'revocation_status'].map((id) => [id, step(result, id)?.valid])
  expect(steps, [['valid_signature', true], ['expiration', true], ['revocation_status', true]], 'steps')
  return `concluded of an Open Badge: ${steps.map(([id, valid]) => `${id} ${valid}`).join(', ')}`
})

await row(CLIENT, async () => {
  const { valid, matchingIssuers, uncheckedRegistries } = step(await verify(credentials.badge), 'registered_issuer')
  expect(valid, true, 'registered_issuer')
  expect(uncheckedRegistries ?? [], [], 'unchecked registries')
  const names = matchingIssuers.map(({ issuer }) => issuer.federation_entity.organization_name)
  expect(names, [scene.issuer.name], 'matching issuers')
  return `concluded registered_issuer true: ${names[0]}, by registry.json`
})

await row(CLIENT, async () => {
  const result = await verify(credentials.badge)
  const [{ results }] = result.additionalInformation.filter(({ id }) => id === 'schema_check')
  expect(results?.map?.(({ result: { valid } }) => valid) ?? results, [true], 'schema_check')
  return 'fetched the schema that the badge names and concluded schema_check valid'
})

await row(CLIENT, async () => {
  const result = await verify(credentials['revoked-badge'])
  expect(step(result, 'valid_signature').valid, true, 'valid_signature')
  expect(step(result, 'revocation_status').valid, false, 'revocation_status')
  return 'concluded of a revoked badge: valid_signature true, revocation_status false'
})

await row(CLIENT, async () => {
  const changed = { ...credentials.badge, name: 'Another title' }
  const error = await verify(changed).then(() => undefined, (thrown) => thrown.message)
  expect(error?.includes('invalid_signature') ?? false, true, 'told of the signature')
  return 'concluded of a badge whose name was changed: invalid_signature'
})

print()
