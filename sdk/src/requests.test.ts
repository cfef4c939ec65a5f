import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UsherError } from './protocol/errors.ts'
import { Requests } from './requests.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const bytes = (text: string) => new TextEncoder().encode(text)
const lost = new UsherError('connection_lost', 'unable to send; the connection was lost')

test('each request gets its own answer, in whatever order they come', async () => {
  const requests = new Requests()
  const [first, second] = [requests.open(1_000), requests.open(1_000)]
  requests.settle(second.token, bytes('two'))
  requests.settle(first.token, bytes('one'))
  expect([await first.answer, await second.answer]).toEqual([bytes('one'), bytes('two')])
  expect(vi.getTimerCount()).toBe(0)
})

test('a request without an answer fails in time, and a late answer is passed over', async () => {
  const requests = new Requests()
  const { token, answer } = requests.open(1_000)
  const failed = expect(answer).rejects.toMatchObject({ code: 'timeout', retryable: true })
  await vi.advanceTimersByTimeAsync(999)
  expect(vi.getTimerCount()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  await failed
  requests.settle(token, bytes('late'))
})

test('a refusal is told, and the end of the connection to all that still wait', async () => {
  const requests = new Requests()
  const [refused, open] = [requests.open(1_000), requests.open(1_000)]
  const told = expect(refused.answer).rejects.toMatchObject({ code: 'service_unavailable' })
  requests.settle(refused.token, new UsherError('service_unavailable', 'unable to send; nobody stores it'))
  await told
  const failed = expect(open.answer).rejects.toBe(lost)
  requests.fail(lost)
  await failed
  expect(vi.getTimerCount()).toBe(0)
})
