import { type Message, newId, newMessageId } from '@usher-chat/sdk/protocol'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { seedAgent, seedSite, visitorSays } from '../../test/seed-site.ts'
import { startNats, startOwnPostgres, startPostgres, type TestDatabase, type TestNats } from '../../test/start-stack.ts'
import type { Bus, Consumption } from '../bus/bus.ts'
import { connectDb, type Db } from '../db/connect-db.ts'
import { resolveConversation } from '../db/conversations/resolve-conversation.ts'
import { freePort } from '../embedded/free-port.ts'
import { silentLog } from '../log.ts'
import { type BatchOptions, handleBatch } from './handle-batch.ts'

let nats: TestNats
let postgres: TestDatabase
let db: Db
let bus: Bus
let site: string
let agent: string
let consumption: Consumption | undefined
let stopping: AbortController

async function setUp(database: Promise<TestDatabase> = startPostgres()): Promise<void> {
  ;[nats, postgres] = await Promise.all([startNats({ ackWaitMs: 1_000 }), database])
  db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  bus = await nats.bus()
  site = await seedSite(db)
  agent = await seedAgent(db, { sites: [site], presence: 'online', lastSeenAt: new Date(Date.now() + 3_600_000) })
}

afterEach(async () => {
  stopping?.abort()
  await consumption?.stop()
  await db.close()
  await Promise.all([postgres.stop(), nats.stop()])
})

/** Handles the router's messages; counts how often each was delivered. */
function handle(options: Partial<BatchOptions> = {}): Map<number, number> {
  const deliveries = new Map<number, number>()
  stopping = new AbortController()
  const facts = { db, log: silentLog, clock: () => new Date(), goneMs: 30_000, epoch: () => 0, onOpened: () => {}, signal: stopping.signal }
  consumption = bus.consume('router', {
    maxBatch: 50,
    maxWaitMs: 5,
    onBatch: (batch) => {
      for (const { seq } of batch) deliveries.set(seq, (deliveries.get(seq) ?? 0) + 1)
      return handleBatch({ ...facts, ...options }, batch)
    },
  })
  return deliveries
}

const conversations = () =>
  db.query<{ id: string; status: string; opened_seq: number }>('select id, status, opened_seq from conversations order by opened_seq')
const allDone = () => eventually(async () => expect(await bus.consumerInfo('router')).toMatchObject({ pending: 0, unacked: 0 }))

/** A server that dies between the commit and the ack, as often as told. */
function dying(times: number): Pick<BatchOptions, 'onOpened'> {
  let left = times
  return {
    onOpened: () => {
      if (left-- > 0) throw new Error('killed between commit and ack')
    },
  }
}

test('[P3] a router killed between commit and ack opens no second conversation', async () => {
  await setUp()
  const deliveries = handle(dying(1))
  await visitorSays(nats, site, newId(), 'hello')
  await eventually(() => expect(deliveries.get(1)).toBe(2))
  await allDone()
  expect(await conversations()).toMatchObject([{ status: 'open', opened_seq: 1 }])
  expect(await db.query(`select 1 from outbox where payload ->> 'type' = 'conversation.opened'`)).toHaveLength(1)
})

test('[P3] not even when the conversation was resolved before the message came again', async () => {
  await setUp()
  const deliveries = handle(dying(1))
  await visitorSays(nats, site, newId(), 'hello')
  await eventually(async () => expect(await conversations()).toHaveLength(1))
  await resolveConversation(db, { sites: [site], id: (await conversations())[0]!.id, by: agent }, new Date())
  await eventually(() => expect(deliveries.get(1)).toBe(2))
  await allDone()
  expect(await conversations()).toMatchObject([{ status: 'resolved' }])
})

test('[P4] what waits for Postgres stays in its life of the stream, although the next one begins meanwhile', async () => {
  const own = await startOwnPostgres({ fsync: 'off' })
  await setUp(Promise.resolve(own))
  let life = 0
  await own.kill9()
  const deliveries = handle({ epoch: () => life })
  await visitorSays(nats, site, newId(), 'hello')
  await eventually(() => expect(deliveries.get(1)).toBe(1))
  life = 1
  await own.restart()
  await allDone()
  expect(await conversations()).toMatchObject([{ opened_seq: 1 }])
})

test('[P3] a copy that its author sent after the stream had forgotten the first opens nothing', async () => {
  await setUp()
  const visitor = newId()
  const id = newMessageId()
  const lateCopy: Message = { v: 1, id, kind: 'text', body: { text: 'hello' } }
  await db.query('insert into message_ids (site_id, visitor_id, message_id, author_id, seq, at) values ($1, $2, $3, $2, 0, now())', [
    site,
    visitor,
    id,
  ])
  handle()
  await visitorSays(nats, site, visitor, lateCopy)
  await allDone()
  expect(await conversations()).toEqual([])
  await visitorSays(nats, site, visitor, 'something new')
  await eventually(async () => expect(await conversations()).toMatchObject([{ opened_seq: 2 }]))
})

test('[P8] while Postgres is away messages are held; when it is back each has its conversation, and none was lost', async () => {
  const server = startOwnPostgres({ fsync: 'off' })
  await setUp(server)
  handle()
  await (await server).kill9()
  const visitors = Array.from({ length: 10 }, newId)
  for (const visitor of visitors) await visitorSays(nats, site, visitor, 'hello', 'anybody?')
  await (await server).restart()
  await allDone()
  expect((await conversations()).map(({ opened_seq }) => opened_seq)).toEqual(visitors.map((_, i) => 1 + 2 * i))
})

test('[P8] while the life of the stream is not settled nothing is decided', async () => {
  await setUp()
  let epoch: number | undefined
  const deliveries = handle({ epoch: () => epoch })
  await visitorSays(nats, site, newId(), 'hello')
  await eventually(() => expect(deliveries.get(1)).toBe(1))
  expect(await conversations()).toEqual([])
  epoch = 3
  await eventually(async () => expect(await conversations()).toMatchObject([{ opened_seq: 3 * 2 ** 40 + 1 }]))
})

test('what Postgres refuses for what it is holds up nobody', async () => {
  await setUp()
  const poisoned = newId()
  await db.query(`alter table conversations add constraint no_poison check (visitor_id <> '${poisoned}')`)
  handle()
  await visitorSays(nats, site, poisoned, 'hello')
  await visitorSays(nats, site, newId(), 'hello')
  await eventually(async () => expect(await conversations()).toMatchObject([{ opened_seq: 2 }]))
  await db.query('alter table conversations drop constraint no_poison')
  await eventually(async () => expect(await conversations()).toMatchObject([{ opened_seq: 1 }, { opened_seq: 2 }]))
})

test('a router that stops while Postgres is away does not wait for it', async () => {
  await setUp()
  const away = connectDb({ url: `postgres://127.0.0.1:${await freePort()}/usher`, log: silentLog })
  const deliveries = handle({ db: away })
  await visitorSays(nats, site, newId(), 'hello')
  await eventually(() => expect(deliveries.get(1)).toBe(1))
  stopping.abort()
  const since = performance.now()
  await consumption?.stop()
  expect(performance.now() - since).toBeLessThan(2_000)
  await away.close()
})
