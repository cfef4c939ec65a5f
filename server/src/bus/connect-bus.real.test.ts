import { encode, isUsherError, newId, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { afterEach, expect, test, vi } from 'vitest'
import { startNats, type TestNats, type TestNatsOptions } from '../../test/start-stack.ts'
import type { Bus, BusMessage, ConsumedMessage } from './bus.ts'
import { provision } from './provision.ts'

const started: TestNats[] = []
/** What batches at work wait for. */
const releases: (() => void)[] = []
const [site, visitor] = [newId(), newId()]
const subject = subjects.event(site, visitor)

afterEach(async () => {
  for (const release of releases.splice(0)) release()
  await Promise.all(started.splice(0).map((nats) => nats.stop()))
})

async function start(options: TestNatsOptions = {}): Promise<TestNats> {
  const nats = await startNats(options)
  started.push(nats)
  return nats
}

const store = (bus: Bus, n: number, to = subject) => bus.publish(to, encode({ v: 1, n }), { msgId: `server:${newMessageId()}` })
const numberOf = (message: BusMessage): number => (JSON.parse(Buffer.from(message.data).toString()) as { n: number }).n
const oneTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

test('[P3] a message stored twice with one id stands in the stream once', async () => {
  const bus = await (await start()).bus()
  const msgId = `server:${newMessageId()}`
  expect(await bus.publish(subject, encode({ v: 1 }), { msgId })).toEqual({ seq: 1, duplicate: false })
  expect(await bus.publish(subject, encode({ v: 1 }), { msgId })).toEqual({ seq: 1, duplicate: true })
  expect((await bus.streamInfo()).messages).toBe(1)
})

test('[P5] what is stored is republished live, with its sequence and that of the one before', async () => {
  const bus = await (await start()).bus()
  const heard: BusMessage[] = []
  bus.subscribe(`live.chat.${site}.>`, (message) => heard.push(message))
  await bus.flush()
  await store(bus, 1)
  await store(bus, 2, subjects.internal(site, visitor))
  await store(bus, 3)
  await vi.waitFor(() => expect(heard).toHaveLength(3))
  expect(heard.map((message) => message.subject)).toEqual([
    `live.${subject}`,
    `live.${subjects.internal(site, visitor)}`,
    `live.${subject}`,
  ])
  expect(heard.map((message) => message.header('Nats-Sequence'))).toEqual(['1', '2', '3'])
  expect(heard.map((message) => message.header('Nats-Last-Sequence'))).toEqual(['0', '0', '1'])
})

test('[P9] a thread that is full refuses, and says so', async () => {
  const bus = await (await start({ maxPerSubject: 2 })).bus()
  await store(bus, 1)
  await store(bus, 2)
  await expect(store(bus, 3)).rejects.toSatisfy((error) => isUsherError(error, 'thread_full'))
  expect((await bus.streamInfo()).messages).toBe(2)
})

test('a thread is read from the stream after a sequence, in order', async () => {
  const bus = await (await start()).bus()
  await store(bus, 1)
  await store(bus, 2, subjects.event(site, newId()))
  await store(bus, 3, subjects.internal(site, visitor))
  const thread = subjects.thread(site, visitor)
  const first = await bus.getNext({ afterSeq: 0, subjectFilter: thread })
  const second = await bus.getNext({ afterSeq: 1, subjectFilter: thread })
  expect([first?.seq, first?.subject, second?.seq, second?.subject]).toEqual([1, subject, 3, subjects.internal(site, visitor)])
  expect(Math.abs((first?.time.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
  expect(first === undefined ? undefined : numberOf(first)).toBe(1)
  expect(await bus.getNext({ afterSeq: 3, subjectFilter: thread })).toBeUndefined()
})

test('a consumer gets full batches, then what is left after the wait, and only what is acked is done', async () => {
  const bus = await (await start()).bus()
  for (const n of oneTo(25)) await store(bus, n)
  const batches: number[][] = []
  const consumption = bus.consume('history', {
    maxBatch: 10,
    maxWaitMs: 50,
    onBatch: async (batch) => {
      batches.push(batch.map((message) => message.seq))
      for (const message of batch) if (message.seq !== 25) message.ack()
    },
  })
  await vi.waitFor(() => expect(batches.flat()).toEqual(oneTo(25)))
  expect(batches.map((batch) => batch.length)).toEqual([10, 10, 5])
  await vi.waitFor(async () => expect(await bus.consumerInfo('history')).toEqual({ ackFloor: 24, pending: 0, unacked: 1 }))
  await consumption.stop()
})

test('[P8] a consumer that is slow holds no more than it may, and keeps what it holds', async () => {
  const nats = await start({ ackWaitMs: 2_000 })
  const bus = await nats.bus()
  for (const n of oneTo(50)) await store(bus, n)
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => (release = resolve))
  const seen: ConsumedMessage[] = []
  const consumption = bus.consume('history', {
    maxBatch: 5,
    maxWaitMs: 20,
    maxBuffered: 10,
    keepAliveMs: 500,
    onBatch: async (batch) => {
      await gate
      for (const message of batch) message.ack()
      seen.push(...batch)
    },
  })
  await vi.waitFor(async () => expect(await bus.consumerInfo('history')).toMatchObject({ unacked: 10, pending: 40 }))
  // Twice the ack wait: without keep-alive everything held would be delivered again.
  const held = Date.now() + 4_000
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(held), { timeout: 6_000 })
  release()
  await vi.waitFor(() => expect(seen.map((message) => message.seq)).toEqual(oneTo(50)))
  expect(seen.every((message) => message.deliveryCount === 1)).toBe(true)
  await consumption.stop()
})

test('[P8] stopping a consumer gives its waiting messages to the next at once', async () => {
  const nats = await start()
  const [first, second] = [await nats.bus('first'), await nats.bus('second')]
  for (const n of oneTo(20)) await store(first, n)
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => (release = resolve))
  const done: number[] = []
  const one = first.consume('history', {
    maxBatch: 5,
    maxWaitMs: 5,
    onBatch: async (batch) => {
      await gate
      for (const message of batch) message.ack()
      done.push(...batch.map((message) => message.seq))
    },
  })
  await vi.waitFor(async () => expect(await first.consumerInfo('history')).toMatchObject({ unacked: 10 }))
  const stopped = one.stop()
  release()
  await stopped
  const two = second.consume('history', {
    maxBatch: 5,
    maxWaitMs: 5,
    onBatch: async (batch) => {
      for (const message of batch) message.ack()
      done.push(...batch.map((message) => message.seq))
    },
  })
  await vi.waitFor(() => expect([...done].sort((a, b) => a - b)).toEqual(oneTo(20)))
  await two.stop()
})

test('[P8] nats-server is killed and comes back: the bus returns, consuming goes on, nothing stored is lost', async () => {
  const nats = await start({ ackWaitMs: 2_000 })
  const bus = await nats.bus()
  const statuses: string[] = []
  bus.onStatus((status) => statuses.push(status))
  const done = new Set<number>()
  bus.consume('history', {
    maxBatch: 50,
    maxWaitMs: 5,
    onBatch: async (batch) => {
      for (const message of batch) {
        done.add(message.seq)
        message.ack()
      }
    },
  })
  const stored = new Set<number>()
  for (const n of oneTo(200)) stored.add((await store(bus, n)).seq)
  await nats.kill9()
  await vi.waitFor(() => expect(bus.status).toBe('disconnected'))
  await nats.restart()
  await vi.waitFor(() => expect(bus.status).toBe('connected'), { timeout: 10_000 })
  for (const n of oneTo(200)) stored.add((await store(bus, n)).seq)
  await vi.waitFor(() => expect([...stored].filter((seq) => !done.has(seq))).toEqual([]), { timeout: 10_000 })
  expect(statuses).toEqual(['disconnected', 'connected'])
  await vi.waitFor(async () => expect(await bus.consumerInfo('history')).toMatchObject({ pending: 0, unacked: 0 }), { timeout: 10_000 })
})

test('[P4] what still waits when NATS goes away is not handed over as if it were of the next life: it is delivered anew', async () => {
  const nats = await start({ ackWaitMs: 2_000 })
  const bus = await nats.bus()
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => (release = resolve))
  const seen: number[] = []
  let finished = 0
  bus.consume('history', {
    maxBatch: 5,
    maxWaitMs: 5,
    onBatch: async (batch) => {
      seen.push(...batch.map(({ seq }) => seq))
      await gate
      for (const message of batch) message.ack()
      finished++
    },
  })
  for (const n of oneTo(10)) await store(bus, n)
  await vi.waitFor(async () => expect(await bus.consumerInfo('history')).toMatchObject({ unacked: 10 }))
  const handedOver = [...seen]
  expect(handedOver.length).toBeGreaterThan(0)
  expect(handedOver.length).toBeLessThanOrEqual(5)
  await nats.kill9()
  await vi.waitFor(() => expect(bus.status).toBe('disconnected'))
  release()
  await vi.waitFor(() => expect(finished).toBe(1))
  await new Promise((resolve) => setImmediate(resolve))
  expect(seen).toEqual(handedOver)
  await nats.restart()
  await vi.waitFor(() => expect(new Set(seen)).toEqual(new Set(oneTo(10))), { timeout: 10_000 })
})

test('[P2] what was at work when NATS went away acknowledges nothing of the next life, whose messages have the same sequences', async () => {
  const nats = await start({ ackWaitMs: 60_000 })
  const bus = await nats.bus()
  const seen: number[] = []
  bus.consume('history', {
    maxBatch: 5,
    maxWaitMs: 5,
    onBatch: async (batch) => {
      seen.push(...batch.map(numberOf))
      await new Promise<void>((resolve) => releases.push(resolve))
      for (const message of batch) message.ack()
    },
  })
  await store(bus, 1)
  await vi.waitFor(() => expect(seen).toEqual([1]))
  await nats.loseStore()
  await vi.waitFor(() => expect(bus.status).toBe('connected'), { timeout: 10_000 })
  await store(bus, 2)
  await vi.waitFor(async () => expect(await bus.consumerInfo('history')).toMatchObject({ unacked: 1 }), { timeout: 10_000 })
  releases[0]?.()
  await vi.waitFor(() => expect(seen).toEqual([1, 2]))
  expect(await bus.consumerInfo('history')).toMatchObject({ unacked: 1, ackFloor: 0 })
  releases[1]?.()
  await vi.waitFor(async () => expect(await bus.consumerInfo('history')).toMatchObject({ unacked: 0, ackFloor: 1 }))
})

test('[P8] while nats-server is frozen a publish fails with a timeout, and may be sent again', async () => {
  const nats = await start()
  const bus = await nats.bus()
  nats.pause()
  const msgId = `server:${newMessageId()}`
  await expect(bus.publish(subject, encode({ v: 1 }), { msgId, timeoutMs: 300 })).rejects.toSatisfy((error) =>
    isUsherError(error, 'timeout'),
  )
  nats.resume()
  await bus.publish(subject, encode({ v: 1 }), { msgId })
  expect((await bus.streamInfo()).messages).toBe(1)
})

test('provisioning twice changes nothing', async () => {
  const nats = await start()
  const bus = await nats.bus()
  await store(bus, 1)
  const before = await bus.streamInfo()
  await provision({ url: nats.url, creds: nats.operator.provisioner, replicas: 1 })
  expect(await bus.streamInfo()).toEqual(before)
  expect(await bus.consumerInfo('router')).toEqual({ ackFloor: 0, pending: 0, unacked: 0 })
})
