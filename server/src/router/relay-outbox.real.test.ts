import { decode, event, isUsherError, newId, subjects } from '@usher-chat/sdk/protocol'
import { afterEach, expect, test, vi } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { seedSite } from '../../test/seed-site.ts'
import { startStack, type TestNatsOptions, type TestStack } from '../../test/start-stack.ts'
import type { Bus } from '../bus/bus.ts'
import { connectDb, type Db } from '../db/connect-db.ts'
import { writeEvents } from '../db/conversations/write-events.ts'
import { silentLog } from '../log.ts'
import { createRelay, type RelayOptions } from './relay-outbox.ts'

let stack: TestStack
let db: Db
let bus: Bus
let site: string

async function setUp(options: TestNatsOptions = {}): Promise<void> {
  stack = await startStack(options)
  db = connectDb({ url: stack.databaseUrl, log: silentLog })
  bus = await stack.nats.bus()
  site = await seedSite(db)
}

afterEach(async () => {
  await db.close()
  await stack.stop()
})

const relay = (options: Partial<RelayOptions> = {}) => createRelay({ db, bus, log: silentLog, ...options })

/** Writes `queued` events whose positions number them. */
async function write(visitor: string, ...positions: number[]): Promise<void> {
  const place = { site, visitor, conversation: visitor }
  const told = positions.map((position) => ({
    place,
    event: { type: 'conversation.queued' as const, data: { position, reason: 'agent_gone' as const } },
  }))
  await db.transaction((tx) => writeEvents(tx, told, new Date()))
}

async function positionsIn(visitor: string): Promise<number[]> {
  const positions: number[] = []
  let afterSeq = 0
  for (;;) {
    const message = await bus.getNext({ afterSeq, subjectFilter: subjects.event(site, visitor) })
    if (message === undefined) return positions
    afterSeq = message.seq
    const read = decode(event, message.data)
    if (read?.type === 'conversation.queued') positions.push(read.data.position)
  }
}
const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
const unpublished = async () => (await db.query('select from outbox where published_at is null')).length

test('[P3] [P4] four relays at once publish every event exactly once, those of a thread in order', async () => {
  await setUp()
  const visitors = Array.from({ length: 20 }, newId)
  for (const visitor of visitors) await write(visitor, ...oneTo(10))
  const more = visitors.map((visitor) => write(visitor, ...oneTo(20).slice(10)))
  const relays = await Promise.all(oneTo(4).map(async (n) => relay({ bus: await stack.nats.bus(`relay ${n}`) })))
  await Promise.all([...more, ...relays.map((own) => own.publishNew())])
  await relay().publishNew()
  for (const visitor of visitors) expect(await positionsIn(visitor)).toEqual(oneTo(20))
  expect(await unpublished()).toBe(0)
})

test('[P3] an event that history has not stored in time is published again, and is no second event', async () => {
  await setUp()
  const visitor = newId()
  await write(visitor, 1)
  const publish = vi.fn(bus.publish)
  const own = relay({ patienceMs: 60_000, bus: { status: 'connected', publish } })
  await own.publishNew()
  await own.publishAgain()
  expect(publish).toHaveBeenCalledTimes(1)
  await db.query(`update outbox set created_at = created_at - interval '61 s', published_at = published_at - interval '61 s'`)
  await own.publishAgain()
  await own.publishAgain()
  expect(publish).toHaveBeenCalledTimes(2)
  expect(await positionsIn(visitor)).toEqual([1])
  // Tried one minute after it was made: the next try comes after another minute, not before.
  await db.query(`update outbox set created_at = created_at - interval '55 s', published_at = published_at - interval '55 s'`)
  await own.publishAgain()
  expect(publish).toHaveBeenCalledTimes(2)
})

test('[P9] a full thread holds up nobody, and goes on in order when there is room', async () => {
  await setUp({ maxPerSubject: 2 })
  const [full, other] = [newId(), newId()]
  await write(full, 1, 2, 3, 4)
  await write(other, 1)
  let now = 0
  const publish = vi.fn(bus.publish)
  const own = relay({ fullPauseMs: 1_000, clock: () => now, bus: { status: 'connected', publish } })
  await own.publishNew()
  expect(await positionsIn(full)).toEqual([1, 2])
  expect(await positionsIn(other)).toEqual([1])
  await write(other, 2)
  await own.publishNew()
  expect(await positionsIn(other)).toEqual([1, 2])
  const calls = publish.mock.calls.length
  await own.publishNew()
  expect(publish).toHaveBeenCalledTimes(calls)
  now = 1_000
  await own.publishNew()
  expect(publish).toHaveBeenCalledTimes(calls + 1)
  expect(await unpublished()).toBe(2)
})

test('[P8] while NATS is away events wait, and are published once when it is back', async () => {
  await setUp()
  const visitor = newId()
  const own = relay()
  await write(visitor, 1, 2)
  stack.nats.pause()
  await expect(own.publishNew()).rejects.toSatisfy((error) => isUsherError(error, 'timeout'))
  stack.nats.resume()
  await own.publishNew()
  expect(await positionsIn(visitor)).toEqual([1, 2])
  await stack.nats.kill9()
  await eventually(() => expect(bus.status).toBe('disconnected'))
  await write(visitor, 3)
  await own.publishNew()
  expect(await unpublished()).toBe(1)
  await stack.nats.restart()
  await eventually(() => expect(bus.status).toBe('connected'))
  await own.publishNew()
  expect(await positionsIn(visitor)).toEqual([1, 2, 3])
})

test('a thousand events of three hundred threads are out within seconds', async () => {
  await setUp()
  const visitors = Array.from({ length: 300 }, newId)
  await Promise.all(visitors.map((visitor) => write(visitor, 1, 2, 3, 4)))
  const since = performance.now()
  await relay().publishNew()
  expect(performance.now() - since).toBeLessThan(10_000)
  expect(await unpublished()).toBe(0)
  expect((await bus.streamInfo()).messages).toBe(1_200)
})
