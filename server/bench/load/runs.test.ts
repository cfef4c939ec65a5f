import { describe, expect, test } from 'vitest'
import { retryDelayMs } from './idle.ts'
import type { Talk, TalkHears } from './open-talk.ts'
import { runFlat } from './run-flat.ts'
import { runRate } from './run-rate.ts'
import { tails } from './tails.ts'
import { createTally } from './tally.ts'

/** A server in memory that tells everybody at once, a little later; `lose` swallows what the sender or a screen should hear. */
function memoryTalk({ threads = 2, lose = (_what: number | 'ack', _n: number): boolean => false } = {}) {
  let hears: TalkHears | undefined
  const sent: { thread: number; n: number; text: string }[] = []
  let unacked = 0
  let most = 0
  const talk: Talk = {
    threads,
    screens: 3,
    hear(next) {
      hears = next
    },
    close: async () => {},
    send(thread, n, text) {
      sent.push({ thread, n, text })
      most = Math.max(most, ++unacked)
      setImmediate(() => {
        unacked--
        for (const screen of [0, 1, 2]) {
          if (!lose(screen, n)) hears?.screen(n, screen)
          hears?.screen(n, screen)
        }
        hears?.saved(n)
        if (!lose('ack', n)) hears?.acked(n)
      })
    },
  }
  return { talk, sent, mostUnacked: () => most }
}

const text = (n: number): string => `text ${n}`

describe('a run flat out', () => {
  test('sends every message once and keeps so many unacknowledged in each thread, not more', async () => {
    const { talk, sent, mostUnacked } = memoryTalk({ threads: 3 })
    const result = await runFlat({ talk, window: 4, perThread: 10, first: 100, text })
    expect(result.messages).toBe(30)
    expect(sent.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => 100 + i))
    expect(sent.every(({ thread, n }) => (n - 100) % 3 === thread)).toBe(true)
    expect(mostUnacked()).toBe(12)
    expect(result.savedSeconds).toBeGreaterThan(0)
  })
})

describe('a run at a rate', () => {
  test('sends all of them, in turn over the threads, and tells how long each took', async () => {
    const { talk, sent } = memoryTalk()
    const result = await runRate({ talk, perSecond: 2_000, count: 50, first: 0, text })
    expect(sent.map(({ thread }) => thread).slice(0, 4)).toEqual([0, 1, 0, 1])
    expect(result.acked.count).toBe(50)
    expect(result.screen.p50).toBeGreaterThanOrEqual(0)
  })
})

describe('the tally', () => {
  const hearAll = (tally: ReturnType<typeof createTally>, n: number, screens: readonly number[] = [0, 1, 2]) => {
    tally.hears.acked(n)
    tally.hears.saved(n)
    for (const screen of screens) tally.hears.screen(n, screen)
  }

  test('counts copies once and other runs not at all', async () => {
    const tally = createTally({ first: 10, count: 1, talk: { screens: 3 }, patienceMs: 50 })
    hearAll(tally, 9)
    hearAll(tally, 10, [1, 1, 1])
    await expect(tally.complete).rejects.toThrow('0 acknowledgements, 0 commits and 2 screens are missing')
  })

  test('is complete when every screen has every message', async () => {
    const tally = createTally({ first: 0, count: 2, talk: { screens: 3 }, patienceMs: 50 })
    hearAll(tally, 0)
    hearAll(tally, 1)
    await expect(tally.complete).resolves.toBeUndefined()
  })

  test('ends at the first refusal', async () => {
    const tally = createTally({ first: 0, count: 1, talk: { screens: 3 } })
    tally.hears.failed('too fast')
    await expect(tally.complete).rejects.toThrow('too fast')
  })
})

test('the slow ends are nearest ranks', () => {
  const values = Array.from({ length: 2_000 }, (_, i) => i + 1)
  expect(tails(values)).toEqual({ count: 2_000, p50: 1_000, p99: 1_980, p999: 1_998 })
})

test('who was cut off waits longer from try to try, up to half a minute', () => {
  expect([0, 1, 5, 6, 20].map((tries) => retryDelayMs(tries, () => 1))).toEqual([500, 1_000, 16_000, 30_000, 30_000])
  expect(retryDelayMs(3, () => 0)).toBe(0)
})
