import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { decode, newId, saved } from '@usher-chat/sdk/protocol'
import { afterEach, expect, test, vi } from 'vitest'
import { connectVisitor } from '../../test/connect-author.ts'
import { startNats, startOwnPostgres, startPostgres, type TestDatabase } from '../../test/start-stack.ts'
import { connectDb, type Db } from '../db/connect-db.ts'
import { silentLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { startHistory } from './start-history.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const keep = <T extends AsyncDisposable>(thing: T): T => {
  closing.push(async () => thing[Symbol.asyncDispose]())
  return thing
}

async function setUp<Postgres extends TestDatabase>(startDatabase: () => Promise<Postgres>) {
  const postgres = keep(await startDatabase())
  const nats = keep(await startNats({ ackWaitMs: 1_000, maxPerSubject: 100_000 }))
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  closing.push(() => db.close())
  const site = newId()
  await db.query(`insert into sites (id, key, name, identity_secret) values ($1, $1, 'Cinema', 'secret')`, [site])
  const bus = await nats.bus()
  const caughtUp = () =>
    vi.waitFor(async () => expect((await bus.consumerInfo('history')).ackFloor).toBe((await bus.streamInfo()).lastSeq), {
      timeout: 40_000,
      interval: 50,
    })
  return { postgres, nats, db, site, bus, caughtUp, author: keep(await connectVisitor(nats, { site, visitor: newId() })) }
}

const numbers = async (db: Db, site: string) =>
  (await db.query<{ text: string }>(`select body ->> 'text' as text from messages where site_id = $1 order by seq`, [site])).map((row) =>
    Number(row.text),
  )
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

test('[P8] Postgres killed under load: writing goes on, history waits and catches up, nothing is missing or twice', async () => {
  const { postgres, db, site, bus, caughtUp, author } = await setUp(startOwnPostgres)
  const told: number[] = []
  bus.subscribe('saved.>', ({ data }) => told.push(...(decode(saved, data)?.seqs ?? [])))
  const history = startHistory({ bus, db, epoch: () => 0, log: silentLog, metrics: createMetrics() })
  closing.push(() => history.stop())

  let written = 0
  let stop = false
  const writing = (async () => {
    while (!stop) await author.write(`${written++}`)
  })()
  await vi.waitFor(() => expect(told.length).toBeGreaterThan(20), 10_000)
  await postgres.kill9()
  await vi.waitFor(() => expect(history.paused()).toBe(true), 10_000)
  const before = written
  await vi.waitFor(() => expect(written).toBeGreaterThan(before + 700), 20_000)
  await postgres.restart()
  await vi.waitFor(() => expect(history.paused()).toBe(false), 20_000)
  stop = true
  await writing
  await caughtUp()
  expect(await numbers(db, site)).toEqual(upTo(written))
  await vi.waitFor(() => expect(new Set(told)).toEqual(new Set(upTo(written).map((n) => n + 1))))
})

test('[P8] a writer that is stopped while Postgres is away ends at once and leaves its batch to the next', async () => {
  const { postgres, nats, db, site, bus, caughtUp, author } = await setUp(startOwnPostgres)
  const history = startHistory({ bus, db, epoch: () => 0, log: silentLog, metrics: createMetrics() })
  await postgres.kill9()
  for (const n of upTo(5)) await author.write(`${n}`)
  await vi.waitFor(() => expect(history.paused()).toBe(true), 10_000)
  const began = Date.now()
  await history.stop()
  expect(Date.now() - began).toBeLessThan(6_000)
  await postgres.restart()
  const next = startHistory({ bus: await nats.bus(), db, epoch: () => 0, log: silentLog, metrics: createMetrics() })
  closing.push(() => next.stop())
  await caughtUp()
  expect(await numbers(db, site)).toEqual(upTo(5))
})

const root = resolve(import.meta.dirname, '../../..')

/** A writer in a process of its own, that kills itself the first time it is `between` two steps of a batch. */
function spawnWriter(options: {
  natsUrl: string
  creds: object
  databaseUrl: string
  between: 'write and COMMIT' | 'COMMIT and ack'
}): ChildProcess {
  const script = `
    import { connectBus } from './server/src/bus/connect-bus.ts'
    import { connectDb } from './server/src/db/connect-db.ts'
    import { startHistory } from './server/src/history/start-history.ts'
    import { silentLog } from './server/src/log.ts'
    import { createMetrics } from './server/src/metrics.ts'
    const { natsUrl, creds, databaseUrl, between } = JSON.parse(process.env.WRITER)
    const die = () => new Promise(() => process.kill(process.pid, 'SIGKILL'))
    const db = connectDb({ url: databaseUrl, log: silentLog })
    const transaction = (work) => db.transaction(async (tx) => { await work(tx); await die() })
    startHistory({
      bus: await connectBus({ url: natsUrl, creds, name: 'writer', log: silentLog }),
      db: between === 'COMMIT and ack' ? db : { ...db, transaction },
      epoch: () => 0, log: silentLog, metrics: createMetrics(),
      onSaved: between === 'COMMIT and ack' ? die : undefined,
    })`
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', script], {
    cwd: root,
    env: { ...process.env, WRITER: JSON.stringify(options) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  closing.push(async () => child.kill('SIGKILL'))
  return child
}

for (const between of ['write and COMMIT', 'COMMIT and ack'] as const) {
  test(`[P3] a writer killed between ${between}: delivered again, stored once`, async () => {
    const { nats, postgres, db, site, bus, caughtUp, author } = await setUp(startPostgres)
    const writer = spawnWriter({ natsUrl: nats.url, creds: nats.keys.server, databaseUrl: postgres.databaseUrl, between })
    const ended = once(writer, 'exit')
    for (const n of upTo(5)) await author.write(`${n}`)
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect((await bus.consumerInfo('history')).ackFloor).toBe(0)
    const committed = await numbers(db, site)
    if (between === 'COMMIT and ack') expect(committed.length).toBeGreaterThan(0)
    else expect(committed).toEqual([])

    const next = startHistory({ bus, db, epoch: () => 0, log: silentLog, metrics: createMetrics() })
    closing.push(() => next.stop())
    await caughtUp()
    expect(await numbers(db, site)).toEqual(upTo(5))
  })
}
