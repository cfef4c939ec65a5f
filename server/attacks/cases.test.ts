import { expect, test } from 'vitest'
import { attacks } from './cases.ts'

test('every case of the list is in the table, S1 to S43, once and in order', () => {
  expect(attacks.map(({ id }) => id)).toEqual(Array.from({ length: 43 }, (_, at) => `S${at + 1}`))
})

test('every case has a title of its own', () => expect(new Set(attacks.map(({ title }) => title)).size).toBe(43))
