// What verifiers load DID documents with: Digital Bazaar's did:web driver, and the document loader of the Digital
// Credentials Consortium's verifier.

import { driver } from '@digitalbazaar/did-method-web'
import { securityLoader } from '@digitalcredentials/security-document-loader'

import { expect, print, row, scene } from './row.mjs'

const load = securityLoader().build()

for (const { did, how, keys } of scene.web) {
  for (const key of keys) {
    await row('@digitalbazaar/did-method-web', async () => {
      const method = await driver().get({ url: key })
      expect([method.id, method.type, method.controller], [key, 'Multikey', did], 'key')
      return `loaded the key ${key} ${how}`
    })
    await row('@digitalcredentials/security-document-loader', async () => {
      const { document } = await load(key)
      expect([document.id, document.type, document.controller], [key, 'Multikey', did], 'key')
      return `loaded the key ${key} ${how}`
    })
  }
}

await row('@digitalbazaar/did-method-web', async () => {
  const found = await driver().get({ url: scene.stolen }).then(() => true, () => false)
  expect(found, false, 'a stolen key is given')
  return `was given no key ${scene.stolen}, which was reported compromised`
})

print()
