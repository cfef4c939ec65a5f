import { expect, test } from 'vitest'
import { retryDelay } from './retry-delay.ts'

test('retries wait between 0.2 s and a bound that grows to 5 s', () => {
  expect([1, 2, 3, 4, 5, 100].map((attempt) => retryDelay(attempt, () => 0))).toEqual([200, 200, 200, 200, 200, 200])
  expect([1, 2, 3, 4, 5, 100, 2_000].map((attempt) => retryDelay(attempt, () => 1))).toEqual([400, 800, 1_600, 3_200, 5_000, 5_000, 5_000])
})
