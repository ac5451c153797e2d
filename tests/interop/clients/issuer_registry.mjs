// The client of the Digital Credentials Consortium's registries of issuers.

import issuerRegistryClient from '@digitalcredentials/issuer-registry-client'

import { expect, print, row, scene } from './row.mjs'

const { RegistryClient } = issuerRegistryClient
const CLIENT = '@digitalcredentials/issuer-registry-client'

await row(CLIENT, async () => {
  const client = new RegistryClient()
  const [loaded] = await client.load({ config: [{ name: 'Matricula', url: `${scene.node}/registry.json` }] })
  expect(loaded.loaded, true, 'loaded')
  const entry = client.didEntry(scene.issuer.did)
  expect(entry?.name, scene.issuer.name, 'name')
  expect(client.didEntry(scene.own.did)?.name, scene.issuer.name, 'name of a sponsored DID')
  expect(client.didEntry(scene.ended), undefined, 'entry of a deactivated DID')
  return `loaded the registry and found ${entry.name} under ${scene.issuer.did}`
})

print()
