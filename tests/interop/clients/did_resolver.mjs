// did-resolver with web-did-resolver, and a client of universal resolvers.

import uniClient from '@sphereon/did-uni-client'
import { Resolver } from 'did-resolver'
import { getResolver } from 'web-did-resolver'

import { expect, print, row, scene } from './row.mjs'

for (const { did, how, keys } of scene.web) {
  await row('web-did-resolver', async () => {
    const resolved = await new Resolver(getResolver()).resolve(did)
    expect(resolved.didResolutionMetadata.error, undefined, 'error')
    expect(resolved.didDocument.id, did, 'id')
    expect(resolved.didDocument.assertionMethod, keys, 'assertionMethod')
    return `resolved ${did} ${how}`
  })
}

const universal = new Resolver(uniClient.getUniResolver('matricula', { resolveUrl: `${scene.node}/1.0/identifiers` }))

await row('@sphereon/did-uni-client', async () => {
  const { did, keys } = scene.own
  const resolved = await universal.resolve(did)
  expect(resolved.didDocument.id, did, 'id')
  expect(resolved.didDocument.assertionMethod, keys, 'assertionMethod')
  expect(resolved.didDocumentMetadata.versionId, '0', 'versionId')
  return `resolved ${did} at the node, with its metadata`
})

await row('@sphereon/did-uni-client', async () => {
  const outcome = await universal.resolve(scene.ended).then(
    (resolved) => resolved.didDocument ?? resolved.didResolutionMetadata.error ?? 'no document',
    (error) => JSON.parse(error.message).didDocumentMetadata.deactivated
  )
  if (outcome !== true) throw new Error(`a deactivated DID gave ${JSON.stringify(outcome)}`)
  return 'was told that a deactivated DID is gone (410)'
})

await row('did-resolver', async () => {
  const resolved = await new Resolver(getResolver()).resolve(scene.web[0].did + '-unknown')
  expect(resolved.didDocument, null, 'document')
  expect(resolved.didResolutionMetadata.error, 'notFound', 'error')
  return 'was told that a DID is not there'
})

print()
