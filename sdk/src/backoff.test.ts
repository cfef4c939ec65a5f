import { expect, it } from 'vitest'
import { backoff, dialBackoff } from './backoff.ts'

it('retries soon at first and never later than the ceiling', () => {
  expect(backoff(0, 0, dialBackoff)).toBe(0)
  expect(backoff(0, 0.999, dialBackoff)).toBeLessThanOrEqual(500)
  for (const attempt of [6, 20, 1_000, 1e9]) expect(backoff(attempt, 0.999, dialBackoff)).toBeLessThanOrEqual(30_000)
  expect(backoff(1_000, 1, dialBackoff)).toBe(30_000)
})

it('doubles its ceiling and spreads clients over all of it', () => {
  const ceilings = [0, 1, 2, 3].map((attempt) => backoff(attempt, 1, dialBackoff))
  expect(ceilings).toEqual([500, 1_000, 2_000, 4_000])
  expect(backoff(3, 0.5, dialBackoff)).toBe(2_125)
})

it('never turns into a busy loop', () => {
  for (let attempt = 1; attempt < 40; attempt++) expect(backoff(attempt, 0, dialBackoff)).toBe(250)
})
