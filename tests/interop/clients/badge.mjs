// Digital Bazaar's verifier on a badge: the credential is taken out of the picture, DID documents come from the node's
// DID resolution, contexts from the loader of the Digital Credentials Consortium, the status list from where the
// credential says. The demonstration runs this script too.

import { readFileSync } from 'node:fs'

import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list'
import { securityLoader } from '@digitalcredentials/security-document-loader'

import { expect, print, row, scene } from './row.mjs'

const KEYWORD = 'openbadgecredential'
const contexts = securityLoader().build()

// What stands in the picture: a chunk iTXt is its keyword, NUL, whether it is compressed, how, its language, NUL, the
// translated keyword, NUL, and its text.
function credentialIn(file) {
  const picture = readFileSync(file)
  for (let at = 8; at < picture.length; at += 12 + picture.readUInt32BE(at)) {
    const data = picture.subarray(at + 8, at + 8 + picture.readUInt32BE(at))
    const isIt = picture.toString('latin1', at + 4, at + 8) === 'iTXt' && data.toString('latin1').startsWith(`${KEYWORD}\0\0\0`)
    if (!isIt) continue
    const language = data.indexOf(0, KEYWORD.length + 3)
    return JSON.parse(data.subarray(data.indexOf(0, language + 1) + 1).toString('utf8'))
  }
  throw new Error(`the picture has no chunk iTXt ${KEYWORD}`)
}

async function fetched(url, accept) {
  const response = await fetch(url, { headers: { accept } })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return response.json()
}

async function resolved(url) {
  const [did, fragment] = url.split('#')
  const address = `${scene.node}/1.0/identifiers/${encodeURIComponent(did)}`
  const { didDocument } = await fetched(address, 'application/did-resolution')
  if (fragment === undefined) return didDocument
  const method = didDocument.verificationMethod.find(({ id }) => id === url)
  return { '@context': 'https://w3id.org/security/multikey/v1', ...method }
}

async function documentLoader(url) {
  if (url.startsWith('did:')) return { contextUrl: null, documentUrl: url, document: await resolved(url) }
  if (!url.includes('/status/')) return contexts(url)
  return { contextUrl: null, documentUrl: url, document: await fetched(url, 'application/json') }
}

await row('@digitalbazaar/vc', async () => {
  const credential = credentialIn(scene.badge)
  const suite = new DataIntegrityProof({ cryptosuite })
  const check = (options) => checkStatus({ ...options, verifyBitstringStatusListCredential: true })
  const result = await vc.verifyCredential({ credential, suite, documentLoader, checkStatus: check })
  if (result.error) throw new Error((result.error.errors ?? [result.error]).map(String).join('; '))
  const statuses = result.statusResult.results.map(({ verified, status }) => ({ verified, status }))
  expect([result.verified, statuses], [true, [{ verified: true, status: false }]], 'verdict')
  return `verified the credential in a badge (PNG): "${credential.name}", not revoked`
})

print()
