import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { maxIdentityTtlMs, signIdentity, verifyIdentity } from './identity.ts'

const secret = 'a-secret-of-the-site-that-is-long'
const now = Date.parse('2026-03-14T09:00:00Z')
const seconds = now / 1000
const audience = ['thesiteid00000000000', 'thesitekey0000000000']

const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

function jwt(claims: unknown, header: unknown = { alg: 'HS256', typ: 'JWT' }, key = secret): string {
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

const verify = (token: string) => verifyIdentity({ token, secret, audience, now })

/** Why it was refused; the reason is for the log only. */
function reasonOf(token: string): string {
  try {
    verify(token)
  } catch (error) {
    expect(error).toMatchObject({ code: 'identity_invalid', message: 'unable to start a session; the identity is not valid' })
    return error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
  }
  return 'accepted'
}

const good = { sub: 'user-42', exp: seconds + 600 }

describe('an identity', () => {
  test('says who it is', () => {
    const person = { sub: 'user-42', name: 'Zoë', email: 'zoe@example.com' }
    expect(verify(signIdentity({ secret, person, now }))).toEqual(person)
  })

  test('needs no name and no e-mail', () => {
    expect(verify(jwt({ ...good, name: null, email: '' }))).toEqual({ sub: 'user-42' })
  })

  test('takes a clock that is a minute off', () => {
    expect(verify(jwt({ ...good, exp: seconds - 59 })).sub).toBe('user-42')
    expect(reasonOf(jwt({ ...good, exp: seconds - 60 }))).toBe('it has expired')
  })

  test('may be valid for a day at most', () => {
    expect(verify(signIdentity({ secret, person: { sub: 'a' }, now, ttlMs: maxIdentityTtlMs })).sub).toBe('a')
    expect(reasonOf(jwt({ ...good, exp: seconds + 24 * 3_600 + 61 }))).toBe('it is valid for more than 24 h')
  })

  test('may name its audience: the site', () => {
    expect(verify(jwt({ ...good, aud: audience[0] })).sub).toBe('user-42')
    expect(verify(jwt({ ...good, aud: ['other', audience[1]] })).sub).toBe('user-42')
  })

  test('ignores claims that are none of its own, such as a visitor id', () => {
    expect(verify(jwt({ ...good, visitor: 'x', role: 'owner' }))).toEqual({ sub: 'user-42' })
  })
})

describe('[S12] an identity is refused, without a detail,', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const rsSigned = `${part({ alg: 'RS256' })}.${part(good)}`
  const cases: [string, string, RegExp][] = [
    ['when it is empty', '', /not a JWT/],
    ['when it is no JWT', 'hello', /not a JWT/],
    ['when it has four parts', `${jwt(good)}.x`, /not a JWT/],
    ['when it is longer than 4 KiB', jwt({ ...good, pad: 'x'.repeat(4_096) }), /not a JWT/],
    ['when another key signed it', jwt(good, undefined, 'another-secret'), /signature/],
    ['when another site’s key signed it', jwt(good, undefined, `${secret}2`), /signature/],
    ['with alg none and no signature', `${part({ alg: 'none' })}.${part(good)}.`, /not a JWT/],
    ['with alg none and a signature', jwt(good, { alg: 'none' }), /algorithm/],
    ['with alg in another case', jwt(good, { alg: 'hs256' }), /algorithm/],
    ['with HS512', jwt(good, { alg: 'HS512' }), /algorithm/],
    ['without alg', jwt(good, { typ: 'JWT' }), /algorithm/],
    ['with a header that is no JSON', jwt(good, 'nonsense'), /algorithm/],
    ['with RS256', `${rsSigned}.${createSign('sha256').update(rsSigned).sign(rsa, 'base64url')}`, /algorithm/],
    ['when its signature is cut', jwt(good).slice(0, -5), /signature/],
    ['when it expired', jwt({ ...good, exp: seconds - 3_600 }), /expired/],
    ['without exp', jwt({ sub: 'a' }), /exp/],
    ['with an exp that is text', jwt({ sub: 'a', exp: `${seconds + 600}` }), /exp/],
    ['without sub', jwt({ exp: good.exp }), /sub/],
    ['with an empty sub', jwt({ ...good, sub: '' }), /sub/],
    ['with a numeric sub', jwt({ ...good, sub: 42 }), /sub/],
    ['with a sub of 201 characters', jwt({ ...good, sub: 'x'.repeat(201) }), /sub/],
    ['with a NUL in it', jwt({ ...good, sub: 'a\0b' }), /sub/],
    ['with half a surrogate in the name', jwt({ ...good, name: '\ud800' }), /name/],
    ['before its time', jwt({ ...good, nbf: seconds + 300 }), /not valid yet/],
    ['when it is meant for another site', jwt({ ...good, aud: 'someone-else' }), /somebody else/],
    ['when its claims are a list', jwt([good]), /root|sub/],
    ['when its claims are null', jwt(null), /root/],
  ]
  test.each(cases)('%s', (_, token, reason) => {
    expect(reasonOf(token)).toMatch(reason)
  })
})
