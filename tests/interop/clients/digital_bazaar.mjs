// Digital Bazaar's verifier, with its cryptosuite and its check of Bitstring Status Lists: our credentials, our DID
// document, our published list.

import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { driver } from '@digitalbazaar/did-method-web'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list'

import { expect, print, row, scene } from './row.mjs'

const LIMIT_MS = 2000
const { credentials, index, list } = scene.issued

async function load(url) {
  if (url.startsWith('did:')) return { contextUrl: null, documentUrl: url, document: await driver().get({ url }) }
  if (!url.startsWith('https://localhost:')) return vc.defaultDocumentLoader(url)
  const response = await fetch(url, { headers: { accept: 'application/ld+json, application/json' } })
  return { contextUrl: null, documentUrl: url, document: await response.json() }
}

function verify(credential) {
  const check = (options) => checkStatus({ ...options, verifyBitstringStatusListCredential: true })
  const suite = new DataIntegrityProof({ cryptosuite })
  return vc.verifyCredential({ credential, suite, documentLoader: load, checkStatus: check })
}

function entries(result) {
  if (result.error) throw new Error((result.error.errors ?? [result.error]).map(String).join('; '))
  expect(result.verified, true, 'verified')
  return result.statusResult.results.map(({ verified, status }) => ({ verified, status }))
}

await row('@digitalbazaar/vc', async () => {
  const result = entries(await verify(credentials.clear))
  expect(result, [{ verified: true, status: false }], 'statusResult')
  return `verified a credential that is signed with ${credentials.clear.proof.cryptosuite}: statusResult says not revoked`
})

await row('@digitalbazaar/vc', async () => {
  const changed = { ...credentials.clear, credentialSubject: { id: 'urn:example:learner:2' } }
  expect((await verify(changed)).verified, false, 'verified')
  return 'refused the same credential about somebody else'
})

await row('@digitalbazaar/vc-bitstring-status-list', async () => {
  const result = entries(await verify(credentials.revoked))
  expect(result, [{ verified: true, status: true }], 'statusResult')
  return `read entry ${index.revoked} of the published list: statusResult says revoked (verified stays true, as this client has it)`
})

await row('@digitalbazaar/vc-bitstring-status-list', async () => {
  const { document } = await load(list)
  const suite = new DataIntegrityProof({ cryptosuite })
  const result = await vc.verifyCredential({ credential: document, suite, documentLoader: load })
  expect(result.verified, true, 'verified')
  expect(document.issuer, scene.issuer.did, 'issuer')
  return `verified the published list as a credential of ${document.issuer}`
})

await row('@digitalbazaar/vc-bitstring-status-list', async () => {
  expect(entries(await verify(credentials.urgent))[0].status, false, 'status before')
  const revoking = fetch(`${scene.revoke}/${index.urgent}`, { method: 'POST' })
  let seenMs
  const deadline = Date.now() + 10 * LIMIT_MS
  while (seenMs === undefined && Date.now() < deadline) {
    if (entries(await verify(credentials.urgent))[0].status) seenMs = Date.now()
  }
  const answer = await revoking
  expect(answer.status, 200, 'the registrar')
  if (seenMs === undefined) throw new Error('a revocation was not seen')
  const tookMs = seenMs - (await answer.json()).begunMs
  if (tookMs >= LIMIT_MS) throw new Error(`a revocation was seen after ${tookMs} ms`)
  return `saw through the third node a revocation that was made and published at the first, ${tookMs} ms after it began`
})

print()
