import { newId } from '@usher-chat/sdk/protocol'
import { afterEach, expect, test, vi } from 'vitest'
import type { Bus, ConsumeOptions } from '../src/bus/bus.ts'
import { connectDb } from '../src/db/connect-db.ts'
import { startHistory } from '../src/history/start-history.ts'
import { silentLog } from '../src/log.ts'
import { createMetrics } from '../src/metrics.ts'
import { connectVisitor } from '../test/connect-author.ts'
import { startNats, startOwnPostgres, startPostgres, type TestDatabase } from '../test/start-stack.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const keep = <T extends AsyncDisposable>(thing: T): T => {
  closing.push(async () => thing[Symbol.asyncDispose]())
  return thing
}

/** A writer, and how often each message was delivered to it. */
async function setUp<Postgres extends TestDatabase>(postgres: Postgres) {
  keep(postgres)
  const nats = keep(await startNats({ ackWaitMs: 1_500 }))
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog, size: 3, statementTimeoutMs: 1_000 })
  closing.push(() => db.close())
  const site = newId()
  await db.query(`insert into sites (id, key, name, identity_secret) values ($1, $1, 'Cinema', 'secret')`, [site])
  const bus = await nats.bus()
  const deliveries = new Map<number, number>()
  const counting: Pick<Bus, 'consume' | 'emit' | 'consumerInfo'> = {
    ...bus,
    consume: (durable, options: ConsumeOptions) =>
      bus.consume(durable, {
        ...options,
        keepAliveMs: 300,
        onBatch: (batch, lane) => {
          for (const { seq, deliveryCount } of batch) deliveries.set(seq, deliveryCount)
          return options.onBatch(batch, lane)
        },
      }),
  }
  const history = startHistory({ bus: counting, db, epoch: () => 0, log: silentLog, metrics: createMetrics() })
  closing.push(() => history.stop())
  const author = keep(await connectVisitor(nats, { site, visitor: newId() }))
  const texts = async () =>
    (await db.query<{ text: string }>(`select body ->> 'text' as text from messages where site_id = $1 order by seq`, [site])).map(
      (row) => row.text,
    )
  return { postgres, bus, db, history, author, deliveries, texts }
}

/** So long that a batch nobody keeps alive would have been delivered anew. */
const pastAckWait = { timeout: 30_000, interval: 50 }

test('[P8] F9 while Postgres is down the writer keeps its batch: the stream delivers nothing twice, and nothing is lost', async () => {
  const { postgres, history, author, deliveries, texts } = await setUp(await startOwnPostgres({ fsync: 'off' }))
  await postgres.kill9()
  for (const text of ['one', 'two', 'three']) await author.write(text)
  await vi.waitFor(() => expect(history.paused()).toBe(true), pastAckWait)
  const since = Date.now()
  await vi.waitFor(() => expect(Date.now() - since).toBeGreaterThan(2_000), pastAckWait)
  await postgres.restart()
  await vi.waitFor(async () => expect(await texts()).toEqual(['one', 'two', 'three']), pastAckWait)
  expect([...deliveries.values()]).toEqual([1, 1, 1])
})

test('[P8] F10 Postgres hangs: queries end by themselves, connections do not pile up, the batch is kept', async () => {
  const { postgres, db, history, author, deliveries, texts } = await setUp(await startOwnPostgres({ fsync: 'off' }))
  await postgres.pause()
  closing.push(() => postgres.resume())
  await author.write('one')
  await vi.waitFor(() => expect(history.paused()).toBe(true), pastAckWait)
  const since = Date.now()
  await vi.waitFor(() => expect(Date.now() - since).toBeGreaterThan(2_000), pastAckWait)
  await postgres.resume()
  await vi.waitFor(async () => expect(await texts()).toEqual(['one']), pastAckWait)
  expect([...deliveries.values()]).toEqual([1])
  await vi.waitFor(async () => {
    const [row] = await db.query<{ count: number }>(
      'select count(*)::int as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    expect(row!.count).toBeLessThanOrEqual(3)
  }, pastAckWait)
})

test('[P8] F11 somebody locks the messages: writing waits, is tried again, and goes on', async () => {
  const { history, author, deliveries, texts, db } = await setUp(await startPostgres())
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const locked = db.transaction(async (tx) => {
    await tx.query('lock table messages in share row exclusive mode')
    await author.write('one')
    await vi.waitFor(() => expect(history.paused()).toBe(true), pastAckWait)
    await released
  })
  await vi.waitFor(() => expect(history.paused()).toBe(true), pastAckWait)
  expect(await texts()).toEqual([])
  release()
  await locked
  await vi.waitFor(async () => expect(await texts()).toEqual(['one']), pastAckWait)
  expect([...deliveries.values()]).toEqual([1])
})

test('[P8] F12 Postgres has no room: the writer waits, and goes on when there is some', async () => {
  const { db, history, author, deliveries, texts } = await setUp(await startPostgres())
  // What Postgres says when its disk is full.
  await db.query(
    `create function no_room() returns trigger language plpgsql as $$ begin raise sqlstate '53100' using message = 'no room'; end $$`,
  )
  await db.query('create trigger no_room before insert on messages for each statement execute function no_room()')
  for (const text of ['one', 'two']) await author.write(text)
  await vi.waitFor(() => expect(history.paused()).toBe(true), pastAckWait)
  expect(await db.query('select from dead_letters')).toEqual([])
  await db.query('drop trigger no_room on messages')
  await vi.waitFor(async () => expect(await texts()).toEqual(['one', 'two']), pastAckWait)
  expect([...deliveries.values()]).toEqual([1, 1])
})
