import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edgeLimits, windowMs } from './limits.ts'
import { createRateLimit } from './rate-limit.ts'

const { visitor } = edgeLimits({ visitor: { messages: 20, pulses: 40, sockets: 5 }, agent: { messages: 200, pulses: 400 }, handshakes: 60 })

describe('[P9] budgets', () => {
  test('[P9] a window allows so many messages at once, then one every half second', () => {
    const rates = createRateLimit(visitor, 0)
    for (let sent = 0; sent < 20; sent++) expect(rates.take('message', 100, 0)).toBe(0)
    expect(rates.take('message', 100, 0)).toBe(500)
    expect(rates.take('message', 100, 400)).toBe(100)
    expect(rates.take('message', 100, 500)).toBe(0)
    expect(rates.take('message', 100, 500)).toBe(500)
  })

  test('[P9] messages, pulses and control commands do not take from each other', () => {
    const rates = createRateLimit(visitor, 0)
    for (let sent = 0; sent < 40; sent++) expect(rates.take('pulse', 10, 0)).toBe(0)
    expect(rates.take('pulse', 10, 0)).toBe(250)
    expect(rates.take('message', 10, 0)).toBe(0)
    for (let sent = 0; sent < 100; sent++) expect(rates.take('control', 10, 0)).toBe(0)
    expect(rates.take('control', 10, 0)).toBe(100)
  })

  test('[P9] bytes are paid for as well, and a refused command pays nothing', () => {
    const rates = createRateLimit(visitor, 0)
    expect(rates.take('message', visitor.bytes, 0)).toBe(0)
    expect(rates.take('message', visitor.bytes / 10, 0)).toBe(1_000)
    expect(rates.take('message', visitor.bytes / 10, 1_000)).toBe(0)
  })

  test('[P9] more refusals or frames than ten budgets are abuse', () => {
    const rates = createRateLimit(visitor, 0)
    for (let refused = 0; refused < 200; refused++) expect(rates.noteRefusal(0)).toBe(true)
    expect(rates.noteRefusal(0)).toBe(false)
    for (let frame = 0; frame < visitor.frames; frame++) expect(rates.noteFrame(0)).toBe(true)
    expect(rates.noteFrame(0)).toBe(false)
    expect(rates.noteRefusal(windowMs)).toBe(true)
  })

  test('[P9] is full again after a window, not before', () => {
    const rates = createRateLimit(visitor, 0)
    expect(rates.isFull(0)).toBe(true)
    rates.take('message', 1, 0)
    expect(rates.isFull(499)).toBe(false)
    expect(rates.isFull(500)).toBe(true)
  })

  test('[P9] a clock that is set back takes nothing and gives nothing', () => {
    const rates = createRateLimit(visitor, 10_000)
    for (let sent = 0; sent < 20; sent++) rates.take('message', 1, 10_000)
    expect(rates.take('message', 1, 5_000)).toBe(500)
    expect(rates.take('message', 1, 5_500)).toBe(0)
  })

  test('[P9] whatever is tried when: no window lets more than two budgets pass, and waiting as told always helps', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 400 }), { maxLength: 300 }), (pauses) => {
        const rates = createRateLimit(visitor, 0)
        const passed: number[] = []
        let now = 0
        for (const pause of pauses) {
          now += pause
          const wait = rates.take('message', 1, now)
          if (wait === 0) passed.push(now)
          else expect(wait).toBeLessThanOrEqual(windowMs / visitor.messages)
        }
        for (const [at, time] of passed.entries()) {
          const within = passed.slice(at).filter((other) => other < time + windowMs)
          expect(within.length).toBeLessThanOrEqual(2 * visitor.messages)
        }
        expect(rates.take('message', 1, now + windowMs / visitor.messages)).toBe(0)
      }),
    )
  })
})
