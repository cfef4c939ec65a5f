import { describe, expect, test } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

function limitAt(limit: number, maxKeys?: number) {
  const clock = { now: 1_000_000 }
  return { clock, rate: createRateLimit({ limit, windowMs: 60_000, now: () => clock.now, ...(maxKeys ? { maxKeys } : {}) }) }
}

describe('a rate limit', () => {
  test('[P9] lets a full bucket through, then says how long to wait', () => {
    const { rate } = limitAt(3)
    expect([1, 2, 3].map(() => rate.take('a'))).toEqual([0, 0, 0])
    expect(rate.take('a')).toBe(20_000)
  })

  test('lets one through after that wait', () => {
    const { rate, clock } = limitAt(3)
    for (let i = 0; i < 3; i++) rate.take('a')
    clock.now += rate.take('a')
    expect(rate.take('a')).toBe(0)
    expect(rate.take('a')).toBe(20_000)
  })

  test('counts each key for itself', () => {
    const { rate } = limitAt(1)
    rate.take('a')
    expect(rate.take('b')).toBe(0)
    expect(rate.take('a')).toBeGreaterThan(0)
  })

  test('gives back what did not count, up to a full bucket', () => {
    const { rate } = limitAt(1)
    rate.take('a')
    rate.refund('a')
    rate.refund('a')
    expect(rate.take('a')).toBe(0)
    expect(rate.take('a')).toBeGreaterThan(0)
  })

  test('[P9] remembers a bounded number of keys, the last used ones', () => {
    const { rate } = limitAt(1, 2)
    rate.take('a')
    rate.take('b')
    rate.take('a')
    rate.take('c')
    expect(rate.take('a')).toBeGreaterThan(0)
    expect(rate.take('b')).toBe(0)
  })
})
