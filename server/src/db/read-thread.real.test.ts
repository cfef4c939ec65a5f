import { encode, isUsherError, newId, newMessageId, subjects, threadPage, toSeq } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { afterEach, expect, test, vi } from 'vitest'
import { connectAgent, connectVisitor } from '../../test/connect-author.ts'
import { startNats, startOwnPostgres, startStack } from '../../test/start-stack.ts'
import { startHistory } from '../history/start-history.ts'
import { silentLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { connectDb } from './connect-db.ts'
import { createThreadReader } from './read-thread.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const keep = <T extends AsyncDisposable>(thing: T): T => {
  closing.push(async () => thing[Symbol.asyncDispose]())
  return thing
}

async function setUp(startParts: () => Promise<{ databaseUrl: string; nats: Awaited<ReturnType<typeof startNats>> }>) {
  const { databaseUrl, nats } = await startParts()
  const db = connectDb({ url: databaseUrl, log: silentLog })
  closing.push(() => db.close())
  const [site, visitor, agent] = [newId(), newId(), newId()]
  await db.query(`insert into sites (id, key, name, identity_secret) values ($1, $1, 'Cinema', 'secret')`, [site])
  await db.query(
    `insert into agents (id, email, name, avatar_url, password_hash) values ($1, $1, 'Anna', 'https://cinema.example/anna.png', '')`,
    [agent],
  )
  const bus = await nats.bus()
  let epoch = 2
  // Time stands still, so that only `later` makes what is cached old.
  let now = 0
  const connection = () => (bus.status === 'connected' ? epoch : undefined)
  const readThread = createThreadReader({ db, bus, epoch: () => epoch, connection, now: () => now })
  const read = async (question: Partial<Parameters<typeof readThread>[0]> = {}) => {
    const page = await readThread({ site, visitor, reader: 'visitor', limit: 50, ...question })
    expect(v.parse(threadPage, page)).toEqual(page)
    const shown = page.messages.map((item) => {
      const text = item.kind === 'text' ? item.body.text : item.body.type
      return item.saved ? text : `(${text})`
    })
    return { ...page, shown: shown.join(' ') }
  }
  const history = () => {
    const running = startHistory({ bus, db, epoch: () => epoch, log: silentLog, metrics: createMetrics() })
    closing.push(() => running.stop())
    return running
  }
  const caughtUp = () =>
    vi.waitFor(async () => expect((await bus.consumerInfo('history')).ackFloor).toBe((await bus.streamInfo()).lastSeq), {
      timeout: 20_000,
      interval: 20,
    })
  return {
    nats,
    db,
    bus,
    site,
    visitor,
    agent,
    read,
    history,
    caughtUp,
    later: () => {
      now += 60_000
    },
    seq: (n: number) => toSeq(epoch, n),
    /** The stream is empty and begins anew, in another connection. */
    async beginLife() {
      await nats.loseStore()
      await vi.waitFor(() => expect(bus.status).toBe('connected'), 10_000)
      epoch++
    },
    author: keep(await connectVisitor(nats, { site, visitor })),
    answers: keep(await connectAgent(nats, { site, visitor, agent })),
    notes: keep(await connectAgent(nats, { site, visitor, agent, note: true })),
  }
}
const shared = async () => keep(await startStack({ ackWaitMs: 1_000 }))

test('readers read their own writes while history stands still, and see when they are saved', async () => {
  const { author, read, history, caughtUp, later, seq } = await setUp(shared)
  await author.write('one')
  expect(await read()).toMatchObject({ shown: '(one)', hasMore: false, lastSeq: seq(1), epoch: 2 })
  const writer = history()
  await caughtUp()
  await writer.stop()
  await author.write('two')
  // The floor is still the old one: the tail is longer, the answer the same.
  expect(await read()).toMatchObject({ shown: 'one (two)', lastSeq: seq(2) })
  later()
  expect(await read()).toMatchObject({ shown: 'one (two)', lastSeq: seq(2) })
  history()
  await caughtUp()
  later()
  expect(await read()).toMatchObject({ shown: 'one two', lastSeq: seq(2) })
})

test('[P6] visitors get neither notes nor internal events, and are not behind for it', async () => {
  const { author, notes, answers, bus, read, history, caughtUp, later, site, visitor, agent, seq } = await setUp(shared)
  const internal = async () => {
    const id = newMessageId()
    const payload = { v: 1, id, conversation: newId(), type: 'routing.decided', data: { considered: [] } }
    await bus.publish(subjects.internal(site, visitor), encode(payload), { msgId: `server:${id}` })
  }
  await author.write('one')
  await notes.write('note')
  await internal()
  expect(await read()).toMatchObject({ shown: '(one)', lastSeq: seq(3) })
  expect(await read({ reader: 'agent' })).toMatchObject({ shown: '(one) (note) (routing.decided)', lastSeq: seq(3) })
  history()
  await answers.write('two')
  await internal()
  await caughtUp()
  later()
  expect(await read()).toMatchObject({ shown: 'one two', lastSeq: seq(5) })
  const page = await read({ reader: 'agent' })
  expect(page.shown).toBe('one note routing.decided two routing.decided')
  expect(page.messages.map((item) => item.internal === true)).toEqual([false, true, true, false, true])
  expect(page.messages[3]?.author).toEqual({ role: 'agent', id: agent, name: 'Anna', avatarUrl: 'https://cinema.example/anna.png' })
})

test('[P3] a message sent again is shown once, where it was first', async () => {
  const { author, read, history, caughtUp, later, seq } = await setUp(shared)
  const id = newMessageId()
  await author.write('one', { id })
  await author.write('one', { id, dedup: newMessageId() })
  expect(await read()).toMatchObject({ shown: '(one)', lastSeq: seq(2) })
  const writer = history()
  await caughtUp()
  await writer.stop()
  await author.write('one', { id, dedup: newMessageId() })
  await author.write('two')
  later()
  const page = await read()
  expect(page).toMatchObject({ shown: 'one (two)', lastSeq: seq(4) })
  expect(page.messages.map((item) => item.seq)).toEqual([seq(1), seq(4)])
})

test('[P4] [P5] pages meet without gap or overlap, across what is saved and what is not', async () => {
  const { author, read, history, caughtUp, seq } = await setUp(shared)
  for (let n = 1; n <= 6; n++) await author.write(`${n}`)
  const writer = history()
  await caughtUp()
  await writer.stop()
  for (let n = 7; n <= 10; n++) await author.write(`${n}`)

  expect(await read({ limit: 3 })).toMatchObject({ shown: '(8) (9) (10)', hasMore: true, lastSeq: seq(10) })
  expect(await read({ limit: 3, before: seq(8) })).toMatchObject({ shown: '5 6 (7)', hasMore: true, lastSeq: seq(7) })
  expect(await read({ limit: 4, before: seq(5) })).toMatchObject({ shown: '1 2 3 4', hasMore: false, lastSeq: seq(4) })
  expect(await read({ limit: 3, before: seq(1) })).toMatchObject({ shown: '', hasMore: false, lastSeq: 0 })

  const forward: string[] = []
  let after = 0
  for (let hasMore = true; hasMore; ) {
    const page = await read({ limit: 4, after })
    forward.push(page.shown)
    ;({ hasMore } = page)
    after = page.lastSeq
  }
  expect(forward).toEqual(['1 2 3 4', '5 6 (7) (8)', '(9) (10)'])
  expect(after).toBe(seq(10))
  expect(await read({ after })).toMatchObject({ shown: '', hasMore: false, lastSeq: seq(10) })
})

test('threads of other visitors and of earlier lives of the stream are told apart', async () => {
  const { nats, site, visitor, db, author, read, seq } = await setUp(shared)
  await db.query(
    `insert into messages (site_id, visitor_id, seq, at, id, author_role, author_id, kind, body) values ($1, $2, $3, now(), $4, 'visitor', $2, 'text', '{"text":"earlier"}')`,
    [site, visitor, toSeq(1, 900), newMessageId()],
  )
  await keep(await connectVisitor(nats, { site, visitor: newId() })).write('a stranger')
  await author.write('now')
  expect(await read()).toMatchObject({ shown: 'earlier (now)', lastSeq: seq(2) })
  expect(await read({ after: toSeq(1, 900) })).toMatchObject({ shown: '(now)', lastSeq: seq(2) })
})

test('F22 [P5] what history’s floor was in the last life hides nothing of the next', async () => {
  const { author, read, history, caughtUp, beginLife, nats, site, visitor, seq } = await setUp(shared)
  const writer = history()
  for (const text of ['one', 'two', 'three']) await author.write(text)
  await caughtUp()
  await writer.stop()
  expect(await read()).toMatchObject({ shown: 'one two three', lastSeq: seq(3) })
  await beginLife()
  await keep(await connectVisitor(nats, { site, visitor })).write('four')
  expect(await read()).toMatchObject({ shown: 'one two three (four)', lastSeq: seq(1), epoch: 3 })
})

test('F22 [P5] a page that was being read when the stream began anew is read once more', async () => {
  const { author, db, bus, beginLife, nats, site, visitor } = await setUp(shared)
  await author.write('of the last life')
  const life = { epoch: 2 }
  // The life ends between Postgres and the stream.
  const ending = {
    consumerInfo: (durable: string) => bus.consumerInfo(durable),
    async getNext(question: Parameters<typeof bus.getNext>[0]) {
      if (life.epoch === 2) {
        await beginLife()
        await keep(await connectVisitor(nats, { site, visitor })).write('of the next')
        life.epoch = 3
      }
      return bus.getNext(question)
    },
  }
  const readThread = createThreadReader({ db, bus: ending, epoch: () => life.epoch, connection: () => life.epoch })
  const page = await readThread({ site, visitor, reader: 'visitor', limit: 50 })
  expect(page).toMatchObject({ epoch: 3, lastSeq: toSeq(3, 1), messages: [{ seq: toSeq(3, 1), body: { text: 'of the next' } }] })
})

test('read cursors: the visitor’s, and of agents the one who read furthest', async () => {
  const { db, site, visitor, agent, read, seq } = await setUp(shared)
  expect((await read()).read).toEqual({ visitor: 0, agent: 0 })
  const cursor = (reader: string, n: number) =>
    db.query('insert into read_cursors values ($1, $2, $3, $4)', [site, visitor, reader, seq(n)])
  await Promise.all([cursor('visitor', 3), cursor(agent, 2), cursor(newId(), 5)])
  expect((await read()).read).toEqual({ visitor: seq(3), agent: seq(5) })
})

test('[P8] with the broker away a thread is read from Postgres; with Postgres away the error says so', async () => {
  const postgres = keep(await startOwnPostgres())
  const nats = keep(await startNats())
  const { author, bus, read, history, caughtUp, seq } = await setUp(async () => ({ databaseUrl: postgres.databaseUrl, nats }))
  const writer = history()
  await author.write('one')
  await caughtUp()
  await writer.stop()
  await nats.kill9()
  await vi.waitFor(() => expect(bus.status).toBe('disconnected'), 10_000)
  expect(await read()).toMatchObject({ shown: 'one', lastSeq: seq(1) })
  expect(await read({ after: seq(1) })).toMatchObject({ shown: '', lastSeq: seq(1) })
  await nats.restart()
  await postgres.kill9()
  await expect(read()).rejects.toSatisfy((error) => isUsherError(error, 'service_unavailable'))
})
