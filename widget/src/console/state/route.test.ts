import { expect, test } from 'vitest'
import { readRoute, writeRoute } from './route.ts'

const id = 'abcdefghijklmnop2345'

test('an address is read back as it was written', () => {
  for (const route of [
    { view: 'queue' as const, card: false },
    { view: 'all' as const, conversation: id, card: false },
    { view: 'mine' as const, conversation: id, card: true },
  ]) {
    expect(readRoute(writeRoute(route))).toEqual(route)
  }
})

test('what is unknown leads home, what is malformed is dropped', () => {
  for (const hash of ['', '#', '#/nowhere', '#/__proto__/x']) expect(readRoute(hash)).toEqual({ view: 'mine', card: false })
  expect(readRoute('#/queue/<script>')).toEqual({ view: 'queue', card: false })
})
