// Readers of Token Status Lists. jose checks the token's signature with the key of our DID document, which Digital
// Bazaar's did:web driver loads; its ed25519-multikey makes the JWK of it. @sd-jwt reads the list.

import { driver } from '@digitalbazaar/did-method-web'
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey'
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list'
import { importJWK, jwtVerify } from 'jose'

import { expect, print, row, scene } from './row.mjs'

const TYPE = 'application/statuslist+jwt'
const { index, key, list } = scene.issued

async function fetched() {
  const response = await fetch(list, { headers: { accept: TYPE } })
  expect([response.status, response.headers.get('content-type')], [200, TYPE], 'answer')
  return response.text()
}

async function keyOfDocument() {
  const jwk = await Ed25519Multikey.toJwk({ keyPair: await Ed25519Multikey.from(await driver().get({ url: key })) })
  return importJWK(jwk, 'EdDSA')
}

await row('jose', async () => {
  const options = { typ: 'statuslist+jwt', subject: list }
  const { payload, protectedHeader } = await jwtVerify(await fetched(), await keyOfDocument(), options)
  expect(protectedHeader.kid, key, 'kid')
  expect(payload.status_list.bits, 1, 'bits')
  return `verified the Status List Token with ${key}, as a JWK that @digitalbazaar/ed25519-multikey made of our Multikey`
})

await row('jose', async () => {
  const [head, payload, signature] = (await fetched()).split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: `${claims.sub}2` })).toString('base64url')
  const outcome = await jwtVerify([head, changed, signature].join('.'), await keyOfDocument()).then(
    () => 'verified',
    (error) => error.code
  )
  expect(outcome, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'outcome')
  return 'refused the token with another subject'
})

await row('@sd-jwt/jwt-status-list', async () => {
  const read = getListFromStatusListJWT(await fetched())
  const statuses = [index.clear, index.revoked, index.revoked + 2].map((entry) => read.getStatus(entry))
  expect(statuses, [0, 1, 0], 'statuses')
  return `read the Status List Token: entry ${index.clear} is 0, entry ${index.revoked} is 1`
})

print()
