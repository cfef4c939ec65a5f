import { sign } from 'node:crypto'
import fc from 'fast-check'
import { fromPublic, fromSeed } from 'nkeys.js'
import { expect, test } from 'vitest'
import { createKeyPair, encodePublicKey, keyPairFromSeed } from './nkeys.ts'

const kinds = ['O', 'A', 'U'] as const
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test.each(kinds)("a key of kind %s is read by NATS's own library, which trusts its signatures", (kind) => {
  const pair = createKeyPair(kind)
  const theirs = fromSeed(bytes(pair.seed))
  expect(theirs.getPublicKey()).toBe(pair.publicKey)
  const signature = sign(null, bytes('a text'), pair.privateKey)
  expect(fromPublic(pair.publicKey).verify(bytes('a text'), signature)).toBe(true)
})

test.each(kinds)('a key of kind %s comes back from its seed', (kind) => {
  const pair = createKeyPair(kind)
  const again = keyPairFromSeed(pair.seed)
  expect([again.kind, again.publicKey, again.seed]).toEqual([kind, pair.publicKey, pair.seed])
})

test('any 32 bytes make a public key that NATS accepts as one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      expect(() => fromPublic(encodePublicKey('U', key))).not.toThrow()
    }),
  )
})

test('one wrong letter in a seed is noticed', () => {
  const { seed } = createKeyPair('A')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: seed.length - 1 }), fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'), (at, letter) => {
      fc.pre(seed[at] !== letter)
      expect(() => keyPairFromSeed(seed.slice(0, at) + letter + seed.slice(at + 1))).toThrow('unable to read a key')
    }),
  )
})

test('a wrong last letter in a seed is noticed, though it carries bits that no byte uses', () => {
  const { seed } = createKeyPair('A')
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567') {
    if (letter !== seed.at(-1)) expect(() => keyPairFromSeed(seed.slice(0, -1) + letter)).toThrow('unable to read a key')
  }
})

test('a public key is not read as a seed', () => {
  expect(() => keyPairFromSeed(createKeyPair('U').publicKey)).toThrow('unable to read a key')
})
