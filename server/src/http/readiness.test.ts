import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readReadiness } from './readiness.ts'

const fine = async () => {}

describe('readiness', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('is there when every part is fine', async () => {
    expect(await readReadiness({ postgres: fine, nats: fine })).toEqual({
      ready: true,
      checks: { postgres: { ok: true }, nats: { ok: true } },
    })
  })

  test('names what is not, and why', async () => {
    const away = async () => {
      throw new Error('connect ECONNREFUSED')
    }
    expect(await readReadiness({ postgres: away, nats: fine })).toEqual({
      ready: false,
      checks: { postgres: { ok: false, reason: 'connect ECONNREFUSED' }, nats: { ok: true } },
    })
  })

  test('does not wait for a part that says nothing', async () => {
    const reading = readReadiness({ postgres: () => new Promise(() => {}), nats: fine })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await reading).toMatchObject({ ready: false, checks: { postgres: { ok: false, reason: 'no answer in 2000 ms' } } })
  })
})
