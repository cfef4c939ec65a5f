import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Log, silentLog } from './log.ts'
import { type Loop, pauseAfter, startLoop } from './start-loop.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const loops: Loop[] = []
afterEach(() => Promise.all(loops.splice(0).map((loop) => loop.stop())))

function start(work: () => Promise<void>, log: Log = silentLog): Loop {
  const loop = startLoop({ name: 'work', everyMs: 1_000, work, log, random: () => 0.5 })
  loops.push(loop)
  return loop
}

test('works at once, and then every so often', async () => {
  const work = vi.fn(async () => {})
  start(work)
  expect(work).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(999)
  expect(work).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(2_001)
  expect(work).toHaveBeenCalledTimes(4)
})

test('being woken ten times in the middle of a run makes one more run, right after it', async () => {
  let finish = () => {}
  const work = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)))
  const loop = start(work)
  for (let i = 0; i < 10; i++) loop.wake()
  expect(work).toHaveBeenCalledTimes(1)
  finish()
  await vi.advanceTimersByTimeAsync(0)
  expect(work).toHaveBeenCalledTimes(2)
  finish()
  await vi.advanceTimersByTimeAsync(0)
  expect(work).toHaveBeenCalledTimes(2)
  loop.wake()
  expect(work).toHaveBeenCalledTimes(3)
  finish()
})

test('[P8] failing work is retried with growing pauses that waking does not shorten, and recovers', async () => {
  let broken = true
  const sentences: string[] = []
  const log = {
    ...silentLog,
    warn: (_: object, sentence: string) => sentences.push(sentence),
    info: (_: object, sentence: string) => sentences.push(sentence),
  }
  const work = vi.fn(async () => {
    if (broken) throw new Error('away')
  })
  const loop = start(work, log)
  await vi.advanceTimersByTimeAsync(0)
  loop.wake()
  expect(work).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(60_000)
  const calls = work.mock.calls.length
  expect(calls).toBeGreaterThan(15)
  expect(calls).toBeLessThan(60)
  broken = false
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sentences[0]).toBe('unable to work; trying again')
  expect(sentences.at(-1)).toBe('able to work again')
  const recovered = work.mock.calls.length
  loop.wake()
  expect(work).toHaveBeenCalledTimes(recovered + 1)
})

test('stopping waits for the run under way, and ends it all', async () => {
  let finish = () => {}
  const work = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)))
  const loop = start(work)
  let stopped = false
  const stopping = loop.stop().then(() => (stopped = true))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(stopped).toBe(false)
  finish()
  await stopping
  loop.wake()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(work).toHaveBeenCalledTimes(1)
})

test('pauses grow from a few ms to at most 5 s, and differ from server to server', () => {
  expect(pauseAfter(1, 0)).toBe(20)
  expect(pauseAfter(1, 0.999)).toBeLessThanOrEqual(200)
  expect(pauseAfter(100, 0.999)).toBeLessThanOrEqual(5_000)
  expect(pauseAfter(100, 0)).toBe(500)
})
