import { describe, expect, test, vi } from 'vitest'
import { diskSyncMs } from './disk-sync.ts'
import { createKeeper } from './keeper.ts'
import { openFilesLimit } from './open-files-limit.ts'
import { cpuSecondsOf, memoryBytesOf, usageOf } from './process-usage.ts'
import { untilSteady } from './until-steady.ts'

describe('what a process has used', () => {
  // Fields 14 to 17 are utime, stime, cutime and cstime, in hundredths of a second.
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 30 20 20 0 1 0 100 1000 100'

  test('is read behind its name, whatever the name is', () => {
    expect(cpuSecondsOf(stat, false)).toBe(3)
  })

  test('holds its children that have ended', () => {
    expect(cpuSecondsOf(stat, true)).toBe(3.5)
  })

  test('is its share of memory, bytes', () => {
    expect(memoryBytesOf('55d0-7ffe ---p 0 [rollup]\nRss:  2048 kB\nPss:   1024 kB\nPss_Dirty: 10 kB\n')).toBe(1_048_576)
  })

  test('can be told of this very process, and is nothing for one that is not there', () => {
    expect(usageOf(process.pid).memoryBytes).toBeGreaterThan(1e6)
    expect(usageOf(2 ** 22 + 1)).toEqual({ cpuSeconds: 0, memoryBytes: 0 })
  })
})

test('a disk takes its time', async () => {
  expect(await diskSyncMs(3)).toBeGreaterThan(0)
})

test('the limit of open files is the hard one', () => {
  expect(openFilesLimit('Max open files            1024                 20000                files\n')).toBe(20_000)
  expect(openFilesLimit('Max open files            1024                 unlimited            files\n')).toBe(Number.POSITIVE_INFINITY)
})

describe('a figure that is waited for', () => {
  const pause = async (): Promise<void> => {}

  test('is taken once it stands still', async () => {
    const looks = [100, 200, 300, 301, 302, 300, 999]
    expect(await untilSteady(() => looks.shift() as number, { looks: 4, pause })).toBe(300)
  })

  test('is taken as it is when it never does', async () => {
    let n = 1
    expect(await untilSteady(() => (n *= 2), { everyMs: 1, patienceMs: 10, pause })).toBe(2_048)
  })
})

test('what was started is stopped, the last first, also when one of them fails', async () => {
  const keeper = createKeeper()
  const order: string[] = []
  const part = (name: string) => ({ stop: async () => void order.push(name) })
  keeper.keep(part('first'))
  keeper.keep({ stop: () => Promise.reject(new Error('stuck')) })
  keeper.keep(part('last'))
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  await keeper.stopAll()
  await keeper.stopAll()
  said.mockRestore()
  expect(order).toEqual(['last', 'first'])
})
