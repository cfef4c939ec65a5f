import { newId } from '@usher-chat/sdk/protocol'
import { describe, expect, test } from 'vitest'
import type { Thread } from './group-by-thread.ts'
import { createSweep, openedAtOnce } from './sweep-unrouted.ts'

const site = newId()
/** Visitors a look passes over. */
const lookedAtOnce = 250

/** Visitors in memory, none of whom has a conversation; `dead` ones never get one. */
function table(count: number, isDead: (n: number) => boolean = () => false) {
  const visitors = Array.from({ length: count }, (_, n): Thread => ({ site, visitor: `visitor${String(n).padStart(12, '0')}` }))
  const left = new Set(visitors)
  const opened: Thread[] = []
  let epoch: number | undefined = 1
  let failures = 0
  let reads = 0
  const sweep = createSweep({
    epoch: () => epoch,
    async read(after) {
      reads++
      const looked = visitors.filter(({ visitor }) => visitor > (after?.visitor ?? '')).slice(0, lookedAtOnce)
      return { threads: looked.filter((thread) => left.has(thread)), last: looked[lookedAtOnce - 1] }
    },
    async open(thread) {
      if (failures-- > 0) throw new Error('Postgres is away')
      opened.push(thread)
      if (!isDead(visitors.indexOf(thread))) left.delete(thread)
    },
  })
  return {
    ...{ sweep, visitors, left, opened },
    begin(life: number | undefined) {
      epoch = life
    },
    fail(times: number) {
      failures = times
    },
    reads: () => reads,
  }
}

describe('a sweep of threads without a conversation', () => {
  test('[P7] opens all of them, some at each call, and then looks no more in this life', async () => {
    const { sweep, opened, visitors, reads } = table(lookedAtOnce + 3)
    await sweep()
    expect(opened).toHaveLength(openedAtOnce)
    for (let call = 0; call < 10; call++) await sweep()
    expect(opened).toEqual(visitors)
    expect(reads()).toBe(3)
  })

  test('[P7] goes on after a failure with the thread that failed', async () => {
    const { sweep, left, opened, visitors, fail } = table(3)
    fail(1)
    await expect(sweep()).rejects.toThrow('Postgres is away')
    await sweep()
    expect([left.size, opened]).toEqual([0, visitors])
  })

  test('[P7] passes by what cannot be opened, however much of it there is', async () => {
    const { sweep, left, reads } = table(2 * lookedAtOnce + 1, (n) => n < 2 * lookedAtOnce)
    for (let call = 0; call < 10; call++) await sweep()
    expect(left.size).toBe(2 * lookedAtOnce)
    expect(reads()).toBe(6)
  })

  test('[P7] begins anew with each life, also when the last was not swept to its end, and waits until there is one', async () => {
    const { sweep, opened, visitors, begin } = table(openedAtOnce + 1, (n) => n === 0)
    begin(undefined)
    await sweep()
    expect(opened).toEqual([])
    begin(1)
    await sweep()
    begin(2)
    await sweep()
    expect(opened).toEqual([...visitors.slice(0, openedAtOnce), visitors[0], visitors.at(-1)])
  })
})
