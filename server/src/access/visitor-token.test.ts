import { isId, newId } from '@usher-chat/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signVisitorToken, verifyVisitorToken, visitorIdOf, visitorTokenTtlMs } from './visitor-token.ts'

const secret = Buffer.alloc(32, 7)
const now = Date.parse('2026-03-14T09:00:00Z')
const claims = { site: newId(), visitor: newId(), issuedAt: now, person: { sub: '42', name: 'Zoë 🦊', email: 'z@example.com' } }

describe('the visitor token', () => {
  test('gives back what was signed', () => {
    expect(verifyVisitorToken(secret, signVisitorToken(secret, claims), now)).toEqual(claims)
  })

  test('works without a person', () => {
    const anonymous = { site: claims.site, visitor: claims.visitor, issuedAt: now }
    expect(verifyVisitorToken(secret, signVisitorToken(secret, anonymous), now)).toEqual({ ...anonymous, person: undefined })
  })

  test('lives a year', () => {
    const token = signVisitorToken(secret, claims)
    expect(verifyVisitorToken(secret, token, now + visitorTokenTtlMs - 1)).toEqual(claims)
    expect(() => verifyVisitorToken(secret, token, now + visitorTokenTtlMs)).toThrow(expect.objectContaining({ code: 'token_expired' }))
  })

  test('[P6] is refused when one character of it is another', () => {
    const token = signVisitorToken(secret, claims)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'b', '.', '7', '-'), (at, letter) => {
        fc.pre(token[at] !== letter)
        const changed = token.slice(0, at) + letter + token.slice(at + 1)
        // The last letter of base64url holds bits that are not part of the signature.
        fc.pre(at !== token.length - 1)
        expect(() => verifyVisitorToken(secret, changed, now)).toThrow(expect.objectContaining({ code: 'token_invalid' }))
      }),
    )
  })

  test('[P6] is refused when another secret signed it', () => {
    const foreign = signVisitorToken(Buffer.alloc(32, 8), claims)
    expect(() => verifyVisitorToken(secret, foreign, now)).toThrow(expect.objectContaining({ code: 'token_invalid' }))
  })

  test.each(['', '.', '..', 'v1', 'v1..', 'v2.e30.x', 'v1.e30.x.y', 'x'.repeat(5000)])('refuses %j', (token) => {
    expect(() => verifyVisitorToken(secret, token, now)).toThrow(expect.objectContaining({ code: 'token_invalid' }))
  })

  test('[P6] a signed token with an id outside the grammar is refused', () => {
    const token = signVisitorToken(secret, { ...claims, visitor: '*' })
    expect(() => verifyVisitorToken(secret, token, now)).toThrow(expect.objectContaining({ code: 'token_invalid' }))
  })
})

describe('the id of an identified visitor', () => {
  test('is the same on every device', () => {
    expect(visitorIdOf(secret, claims.site, 'user-1')).toBe(visitorIdOf(secret, claims.site, 'user-1'))
  })

  test('differs by person, site and installation', () => {
    const ids = [
      visitorIdOf(secret, claims.site, 'user-1'),
      visitorIdOf(secret, claims.site, 'user-2'),
      visitorIdOf(secret, newId(), 'user-1'),
      visitorIdOf(Buffer.alloc(32, 8), claims.site, 'user-1'),
    ]
    expect(new Set(ids).size).toBe(4)
  })

  test('is an id, whatever the site calls its people', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (sub) => isId(visitorIdOf(secret, claims.site, sub))))
  })
})
