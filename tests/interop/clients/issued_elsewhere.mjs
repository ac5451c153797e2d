// What others issue, read by our verifier in Python: the node's `POST /v1/verify`. The issuers are did:key and did:jwk,
// which the registry does not hold: the report has to find that they are real, and is indeterminate as a whole, as
// nobody knows here who stands behind them.

import { createHash, randomBytes } from 'node:crypto'

import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

import { expect, print, row, scene } from './row.mjs'

const pair = await Ed25519Multikey.generate()
const did = `did:key:${pair.publicKeyMultibase}`
const kid = `${did}#${pair.publicKeyMultibase}`
Object.assign(pair, { id: kid, controller: did })

const CONTEXT = 'https://www.w3.org/ns/credentials/v2'
const CLAIMS = {
  '@context': [CONTEXT],
  id: 'urn:uuid:0b53a0a1-3a0f-4bd5-9b4e-3a7d2c1f6e58',
  type: ['VerifiableCredential'],
  validFrom: '2026-01-31T12:00:00Z',
  credentialSubject: { id: 'urn:example:learner:1' },
}

// What our verifier says of it.
async function judged(credential, type) {
  const body = typeof credential === 'string' ? credential : JSON.stringify(credential)
  const response = await fetch(`${scene.node}/v1/verify`, { method: 'POST', headers: { 'content-type': type }, body })
  const answer = await response.json()
  if (response.status !== 200) throw new Error(JSON.stringify(answer))
  const [report] = answer.credentials
  const real = report.questions.find(({ question }) => question === 'real')
  return { outcome: report.outcome, real: real.outcome, proofs: report.proofs, checks: report.checks }
}

async function accepted(credential, type, suite) {
  const { outcome, real, proofs, checks } = await judged(credential, type)
  expect([real, outcome], ['valid', 'indeterminate'], `checks ${JSON.stringify(checks)}`)
  expect(proofs.map((proof) => proof.suite), [suite], 'suite')
}

async function refused(credential, type) {
  const { outcome, real } = await judged(credential, type)
  expect([outcome, real], ['invalid', 'invalid'], 'outcome of a changed credential')
}

await row('@digitalbazaar/vc', async () => {
  const suite = new DataIntegrityProof({ signer: pair.signer(), cryptosuite })
  const credential = await vc.issue({ credential: { ...CLAIMS, issuer: did }, suite, documentLoader: vc.defaultDocumentLoader })
  await accepted(credential, 'application/vc', 'eddsa-rdfc-2022')
  await refused({ ...credential, validFrom: '2026-01-30T12:00:00Z' }, 'application/vc')
  return 'issued with eddsa-rdfc-2022 under did:key: our verifier finds it real, and a changed copy invalid'
})

function changedPayload(jwt, member, value) {
  const [head, payload, ...rest] = jwt.split('.')
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), [member]: value }
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), ...rest].join('.')
}

async function keyDid(jwk) {
  const { publicKeyMultibase } = await Ed25519Multikey.fromJwk({ jwk })
  return { issuer: `did:key:${publicKeyMultibase}`, fragment: publicKeyMultibase }
}

function jwkDid(jwk) {
  return { issuer: `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`, fragment: '0' }
}

for (const [alg, method, name] of [['EdDSA', 'did:key', keyDid], ['ES256', 'did:jwk', jwkDid]]) {
  await row('jose', async () => {
    const { publicKey, privateKey } = await generateKeyPair(alg)
    const { issuer, fragment } = await name(await exportJWK(publicKey))
    const jwt = await new SignJWT({ ...CLAIMS, issuer })
      .setProtectedHeader({ alg, typ: 'vc+jwt', cty: 'vc', kid: `${issuer}#${fragment}` })
      .sign(privateKey)
    await accepted(jwt, 'application/vc+jwt', `VC-JWT ${alg}`)
    await refused(changedPayload(jwt, 'validFrom', '2026-01-30T12:00:00Z'), 'application/vc+jwt')
    return `issued a VC-JWT with ${alg} under ${method}: our verifier finds it real, and a changed copy invalid`
  })
}

await row('@sd-jwt/sd-jwt-vc', async () => {
  const sdJwt = new SDJwtVcInstance({
    signer: async (data) => Buffer.from(await pair.signer().sign({ data: Buffer.from(data) })).toString('base64url'),
    signAlg: 'EdDSA',
    hasher: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
    hashAlg: 'sha-256',
    saltGenerator: (length) => randomBytes(length).toString('base64url'),
  })
  const claims = { iss: did, iat: 1_769_860_800, vct: 'https://example.edu/degree', name: 'Ana Almeida', grade: '17' }
  const credential = await sdJwt.issue(claims, { _sd: ['name', 'grade'] }, { header: { kid } })
  await accepted(credential, 'application/dc+sd-jwt', 'SD-JWT EdDSA')
  await refused(changedPayload(credential, 'vct', 'https://example.edu/other'), 'application/dc+sd-jwt')
  return 'issued an SD-JWT VC with two disclosures under did:key: our verifier finds it real, and a changed copy invalid'
})

print()
