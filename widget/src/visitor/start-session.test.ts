import { UsherError } from '@usher-chat/sdk/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStarter, retryDelay } from './start-session.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const away = new UsherError('service_unavailable', 'unable to start; no server')

test('a session that cannot start now is tried again by itself until it can', async () => {
  const answers = [away, away]
  const begin = vi.fn(() => {
    const error = answers.shift()
    return error ? Promise.reject(error) : Promise.resolve()
  })
  const started = vi.fn()
  const starter = createStarter({ begin, started, random: () => 1 })
  starter.start()
  await vi.advanceTimersByTimeAsync(0)
  expect(starter.state.getSnapshot()).toMatchObject({ phase: 'failed', error: away, retryAt: Date.now() + 1_000 })
  await vi.advanceTimersByTimeAsync(3_000)
  expect(starter.state.getSnapshot()).toEqual({ phase: 'started' })
  expect([begin.mock.calls.length, started.mock.calls.length]).toEqual([3, 1])
})

test('an error that only a person can mend is not tried again', async () => {
  const begin = vi.fn(() => Promise.reject(new UsherError('site_unknown', 'unable to start; no such site')))
  const starter = createStarter({ begin, started: vi.fn() })
  starter.start()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(begin).toHaveBeenCalledTimes(1)
  expect(starter.state.getSnapshot().retryAt).toBeUndefined()
})

test('an answer that comes after stop changes nothing', async () => {
  const started = vi.fn()
  const starter = createStarter({ begin: () => Promise.resolve(), started })
  starter.start()
  starter.stop()
  await vi.advanceTimersByTimeAsync(0)
  expect(started).not.toHaveBeenCalled()
})

test('the wait doubles up to 30 s, has jitter, and respects the server', () => {
  expect([0, 1, 5, 9].map((failures) => retryDelay(failures, away, () => 1))).toEqual([1_000, 2_000, 30_000, 30_000])
  expect(retryDelay(1, away, () => 0)).toBe(1_000)
  expect(retryDelay(0, new UsherError('rate_limited', 'unable to start; too fast', { retryAfterMs: 7_000 }), () => 0)).toBe(7_000)
})
