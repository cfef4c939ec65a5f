import { expect, test } from 'vitest'
import { afterWarmUp, slopeOf } from './slope.ts'

const line = (perMinute: number, noise = 0) =>
  Array.from({ length: 20 }, (_, minute) => ({ minute, value: 100 + perMinute * minute + (minute % 2 === 0 ? noise : -noise) }))

test('what grows has its growth per minute as slope, what does not has none', () => {
  expect(slopeOf(line(3))).toBeCloseTo(3)
  expect(slopeOf(line(0))).toBe(0)
  expect(Math.abs(slopeOf(line(0, 50)))).toBeLessThan(1)
})

test('nothing grows within one look', () => {
  expect(slopeOf([])).toBe(0)
  expect(slopeOf([{ minute: 1, value: 9 }])).toBe(0)
})

test('the warm-up does not count', () => {
  const samples = line(0).map((sample) => (sample.minute < 5 ? { ...sample, value: sample.minute } : sample))
  expect(slopeOf(afterWarmUp(samples))).toBe(0)
})
