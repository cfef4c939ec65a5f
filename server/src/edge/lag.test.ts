import { expect, test } from 'vitest'
import { createLag } from './lag.ts'

test('[P9] who has read everything is not behind', () => {
  const lag = createLag()
  expect(lag.note(100, 0, 0)).toBe(0)
  expect(lag.note(100, 0, 60_000)).toBe(0)
})

test('[P9] who reads nothing is behind for as long', () => {
  const lag = createLag()
  expect(lag.note(100, 100, 1_000)).toBe(0)
  expect(lag.note(200, 200, 2_000)).toBe(1_000)
  expect(lag.note(200, 101, 6_000)).toBe(5_000)
  expect(lag.note(200, 100, 6_500)).toBe(0)
})

test('[P9] who reads slowly but steadily is only behind by what is queued', () => {
  const lag = createLag()
  let queued = 0
  for (let now = 0; now < 60_000; now += 500) {
    queued += 1_000
    // Always two seconds of bytes in the queue.
    expect(lag.note(queued, Math.min(queued, 4_000), now)).toBeLessThan(5_000)
  }
})
