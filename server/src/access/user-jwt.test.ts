import { sign } from 'node:crypto'
import { isUsherError, newId, type UsherError } from '@usher-chat/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeJwt, readJwt } from './jwt.ts'
import { generateKeys, readKeys } from './keys.ts'
import { createKeyPair } from './nkeys.ts'
import { agentJwtTtlMs, maxJwtBytes, mintAgentJwt, mintVisitorJwt, userPublicKey, verifyUserJwt, visitorJwtTtlMs } from './user-jwt.ts'

const now = Date.UTC(2030, 0, 1)
const keys = readKeys(generateKeys(now).keys)
const [site, otherSite, visitor, agent] = [newId(), newId(), newId(), newId()]

function refusalOf(token: string, at = now, with_ = keys): string {
  try {
    verifyUserJwt(with_, token, at)
  } catch (error) {
    if (isUsherError(error)) return (error as UsherError).code
    throw error
  }
  return 'accepted'
}

const claims = (change: Record<string, unknown> = {}, nats: Record<string, unknown> = {}) => ({
  sub: userPublicKey(keys.userSecret, visitor),
  name: visitor,
  iat: now / 1000,
  exp: now / 1000 + 60,
  ...change,
  nats: { issuer_account: keys.account, tags: [`site:${site}`], type: 'user', version: 2, ...nats },
})

describe('minting', () => {
  test('a visitor gets half an hour for one site', () => {
    const { jwt, expiresAt } = mintVisitorJwt({ keys, site, visitor, now })
    expect(expiresAt).toBe(now + visitorJwtTtlMs)
    expect(verifyUserJwt(keys, jwt, now)).toEqual({ role: 'visitor', id: visitor, sites: [site], issuedAt: now, expiresAt })
  })

  test('an agent gets an hour for all their sites', () => {
    const { jwt, expiresAt } = mintAgentJwt({ keys, sites: [site, otherSite], agent, now })
    expect(expiresAt).toBe(now + agentJwtTtlMs)
    expect(verifyUserJwt(keys, jwt, now)).toEqual({ role: 'agent', id: agent, sites: [site, otherSite], issuedAt: now, expiresAt })
  })

  test('[P6] an id outside the grammar is never signed', () => {
    const bad = [
      '',
      '*',
      '>',
      'a.b',
      'short',
      'UPPERCASEUPPERCASE',
      `${visitor}.`,
      `${visitor} `,
      `${visitor}\r\n`,
      'a'.repeat(33),
      '{{name()}}aaaaaaaa',
    ]
    for (const id of bad) {
      expect(() => mintVisitorJwt({ keys, site, visitor: id, now })).toThrow('unable to mint a token')
      expect(() => mintVisitorJwt({ keys, site: id, visitor, now })).toThrow('unable to mint a token')
      expect(() => mintAgentJwt({ keys, sites: [site, id], agent, now })).toThrow('unable to mint a token')
    }
  })

  test('an agent of 60 sites fits into a token, one of 100 is refused', () => {
    const sites = (count: number) => Array.from({ length: count }, newId)
    expect(mintAgentJwt({ keys, sites: sites(60), agent, now }).jwt.length).toBeLessThanOrEqual(maxJwtBytes)
    expect(() => mintAgentJwt({ keys, sites: sites(100), agent, now })).toThrow('unable to mint a token; 100 sites do not fit in it')
    expect(() => mintAgentJwt({ keys, sites: [], agent, now })).toThrow('unable to mint a token; no site given')
  })

  test('one id has one NATS key, another installation gives it another', () => {
    const other = readKeys(generateKeys(now).keys)
    expect(userPublicKey(keys.userSecret, visitor)).toBe(userPublicKey(keys.userSecret, visitor))
    expect(userPublicKey(keys.userSecret, visitor)).not.toBe(userPublicKey(other.userSecret, visitor))
    expect(userPublicKey(keys.userSecret, visitor)).not.toBe(userPublicKey(keys.userSecret, agent))
  })
})

describe('checking', () => {
  const valid = mintVisitorJwt({ keys, site, visitor, now }).jwt

  test('[P6] a token ends when it says', () => {
    expect(refusalOf(valid, now + visitorJwtTtlMs - 1)).toBe('accepted')
    expect(refusalOf(valid, now + visitorJwtTtlMs)).toBe('token_expired')
  })

  test('[P6] one changed letter anywhere is noticed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: valid.length - 1 }), fc.constantFrom(...'ABCabc019-_.='), (at, letter) => {
        const changed = valid.slice(0, at) + letter + valid.slice(at + 1)
        // The last letter of a signature carries four bits that decode to nothing.
        fc.pre(valid[at] !== letter && at < valid.length - 1)
        expect(refusalOf(changed)).toBe('token_invalid')
      }),
    )
  })

  test('[P6] whatever is sent instead of a token is refused, never thrown up', () => {
    fc.assert(fc.property(fc.string({ maxLength: 6_000 }), (text) => refusalOf(text) === 'token_invalid'))
    expect(refusalOf(`${valid.split('.').slice(0, 2).join('.')}.`)).toBe('token_invalid')
    expect(refusalOf(`${valid}.${valid}`)).toBe('token_invalid')
    expect(refusalOf(valid + 'A'.repeat(maxJwtBytes))).toBe('token_invalid')
  })

  test('[P6] only our two scoped keys may sign', () => {
    expect(refusalOf(encodeJwt(claims(), keys.visitor))).toBe('accepted')
    expect(refusalOf(encodeJwt(claims(), createKeyPair('A')))).toBe('token_invalid')
    expect(refusalOf(mintVisitorJwt({ keys: readKeys(generateKeys(now).keys), site, visitor, now }).jwt)).toBe('token_invalid')
    expect(refusalOf(keys.server.jwt)).toBe('token_invalid')
  })

  test('[P6] an issuer that names our key without its signature is refused', () => {
    const forged = encodeJwt(claims(), createKeyPair('A'))
    const [head, body = ''] = forged.split('.')
    const renamed = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), iss: keys.visitor.publicKey }),
    ).toString('base64url')
    const signature = sign(null, Buffer.from(`${head}.${renamed}`), createKeyPair('A').privateKey).toString('base64url')
    expect(refusalOf(`${head}.${renamed}.${signature}`)).toBe('token_invalid')
  })

  test('[P6] another algorithm, or none, is refused', () => {
    const body = valid.split('.')[1]
    for (const alg of ['none', 'HS256', 'ed25519', '']) {
      const head = Buffer.from(JSON.stringify({ typ: 'JWT', alg })).toString('base64url')
      const signature = sign(null, Buffer.from(`${head}.${body}`), keys.visitor.privateKey).toString('base64url')
      expect(refusalOf(`${head}.${body}.${signature}`)).toBe('token_invalid')
    }
  })

  test.each([
    ['a name that opens everything', claims({ name: '*' })],
    ['the key of another id', claims({ sub: userPublicKey(keys.userSecret, agent) })],
    ['rights of its own', claims({}, { pub: { allow: ['>'] } })],
    ['a bearer flag of its own', claims({}, { bearer_token: true })],
    ['another account', claims({}, { issuer_account: createKeyPair('A').publicKey })],
    ['no site', claims({}, { tags: [] })],
    ['a site that is a wildcard', claims({}, { tags: ['site:*'] })],
    ['a tag that is not a site', claims({}, { tags: [`site:${site}`, 'admin:yes'] })],
    ['two sites, for a visitor', claims({}, { tags: [`site:${site}`, `site:${otherSite}`] })],
    ['no end', claims({ exp: undefined })],
    ['another kind of claim', claims({}, { type: 'account' })],
    ['a claim we never write', claims({ nbf: 1 })],
  ])('[P6] a token with %s is refused although we signed it', (_, content) => {
    expect(refusalOf(encodeJwt(content, keys.visitor))).toBe('token_invalid')
  })

  test('a token is text that says what it says', () => {
    expect(readJwt(valid)?.claims).toMatchObject({ name: visitor, iss: keys.visitor.publicKey })
    expect(readJwt('a.b')).toBeUndefined()
  })
})
