import { newId } from '@usher-chat/sdk/protocol'
import { describe, expect, test } from 'vitest'
import type { Thread } from './group-by-thread.ts'
import { createSweep, sweepAtOnce } from './sweep-unrouted.ts'

const site = newId()

/** Threads of a table in memory; those that can be opened leave it, and `dead` ones stay for ever. */
function table(count: number, dead: readonly number[] = []) {
  const threads = Array.from({ length: count }, (_, n): Thread => ({ site, visitor: `visitor${String(n).padStart(12, '0')}` }))
  const stays = dead.map((n) => threads[n])
  const left = [...threads]
  const opened: Thread[] = []
  let epoch: number | undefined = 1
  let failures = 0
  let reads = 0
  const sweep = createSweep({
    epoch: () => epoch,
    async read(after, limit) {
      reads++
      return left.filter(({ visitor }) => visitor > (after?.visitor ?? '')).slice(0, limit)
    },
    async open(thread) {
      if (failures-- > 0) throw new Error('Postgres is away')
      opened.push(thread)
      if (!stays.includes(thread)) left.splice(left.indexOf(thread), 1)
    },
  })
  return {
    ...{ sweep, threads, left, opened },
    begin: (life: number | undefined) => void (epoch = life),
    fail: (times: number) => void (failures = times),
    reads: () => reads,
  }
}

describe('a sweep of threads without a conversation', () => {
  test('[P7] opens all of them, some at each call, and then looks no more in this life', async () => {
    const { sweep, left, opened, threads, reads } = table(sweepAtOnce + 3)
    await sweep()
    expect(left).toHaveLength(3)
    await sweep()
    expect(opened).toEqual(threads)
    await sweep()
    expect(reads()).toBe(2)
  })

  test('[P7] goes on after a failure with the thread that failed', async () => {
    const { sweep, left, opened, threads, fail } = table(3)
    fail(1)
    await expect(sweep()).rejects.toThrow('Postgres is away')
    await sweep()
    expect([left, opened]).toEqual([[], threads])
  })

  test('[P7] passes by what cannot be opened, however much of it there is', async () => {
    const { sweep, left, reads } = table(
      2 * sweepAtOnce + 1,
      Array.from({ length: 2 * sweepAtOnce }, (_, n) => n),
    )
    for (let call = 0; call < 5; call++) await sweep()
    expect(left).toHaveLength(2 * sweepAtOnce)
    expect(reads()).toBe(3)
  })

  test('[P7] begins anew with each life, also when the last was not swept to its end, and waits until there is one', async () => {
    const { sweep, opened, threads, begin } = table(sweepAtOnce + 1, [0])
    begin(undefined)
    await sweep()
    expect(opened).toEqual([])
    begin(1)
    await sweep()
    begin(2)
    await sweep()
    expect(opened).toEqual([...threads.slice(0, sweepAtOnce), threads[0], threads.at(-1)])
  })
})
