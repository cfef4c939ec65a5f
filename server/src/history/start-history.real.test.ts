import { decode, encode, newId, newMessageId, readSavedSubject, saved, subjects, toSeq } from '@usher-chat/sdk/protocol'
import { afterEach, expect, test, vi } from 'vitest'
import { connectAgent, connectVisitor } from '../../test/connect-author.ts'
import { startStack } from '../../test/start-stack.ts'
import type { Bus } from '../bus/bus.ts'
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

async function setUp(options: Parameters<typeof startStack>[0] = {}) {
  const stack = keep(await startStack(options))
  const db = connectDb({ url: stack.databaseUrl, log: silentLog })
  closing.push(() => db.close())
  const [site, visitor, agent] = [newId(), newId(), newId()]
  await db.query(`insert into sites (id, key, name, identity_secret) values ($1, $1, 'Cinema', 'secret')`, [site])
  await db.query(`insert into agents (id, email, name, password_hash) values ($1, $1, 'Anna', '')`, [agent])
  const bus = await stack.nats.bus()
  const start = (more: { onSaved?: () => void } = {}) => {
    const history = startHistory({ bus, db, epoch: () => 0, log: silentLog, metrics: createMetrics(), ...more })
    closing.push(() => history.stop())
    return history
  }
  const visitorAt = async (place = { site, visitor }) => keep(await connectVisitor(stack.nats, place))
  return { ...stack, db, bus, site, visitor, agent, start, visitorAt, notices: listen(bus) }
}

/** The seqs told on `saved.…`; a minus stands for those only agents hear of. */
function listen(bus: Bus): number[] {
  const seqs: number[] = []
  bus.subscribe('saved.>', ({ subject, data }) => {
    const sign = readSavedSubject(subject)?.internal ? -1 : 1
    seqs.push(...(decode(saved, data)?.seqs ?? []).map((seq) => sign * seq))
  })
  return seqs
}

const texts = async (db: Db, site: string) =>
  (await db.query<{ text: string }>(`select body ->> 'text' as text from messages where site_id = $1 order by seq`, [site])).map(
    (row) => row.text,
  )

const caughtUp = (bus: Bus) =>
  vi.waitFor(async () => expect((await bus.consumerInfo('history')).ackFloor).toBe((await bus.streamInfo()).lastSeq), {
    timeout: 20_000,
    interval: 20,
  })

test('[P2] what is stored in the stream is saved in Postgres, in order, with the time of the stream', async () => {
  const { db, bus, site, visitor, start, visitorAt, notices } = await setUp()
  start()
  const author = await visitorAt()
  for (const text of ['one', 'two', 'three']) await author.write(text)
  await vi.waitFor(() => expect(notices.sort()).toEqual([1, 2, 3]))
  const rows = await db.query<{ seq: number; at: Date }>(
    `select seq, at, author_role as role, author_id as author, kind, internal, body from messages where site_id = $1 and visitor_id = $2 order by seq`,
    [site, visitor],
  )
  expect(rows.map(({ at: _, ...row }) => row)).toEqual(
    ['one', 'two', 'three'].map((text, i) => ({
      seq: i + 1,
      role: 'visitor',
      author: visitor,
      kind: 'text',
      internal: false,
      body: { text },
    })),
  )
  for (const row of rows) expect((await bus.getNext({ afterSeq: row.seq - 1, subjectFilter: 'chat.>' }))?.time).toEqual(row.at)
})

test('[P3] a message sent twice is stored once, also when the stream has forgotten the first', async () => {
  const { db, site, start, visitorAt, notices } = await setUp()
  start()
  const author = await visitorAt()
  const id = newMessageId()
  expect(await author.write('hello', { id })).toEqual({ seq: 1, duplicate: false })
  expect(await author.write('hello', { id })).toEqual({ seq: 1, duplicate: true })
  // Past the duplicate window the stream takes it as new; another dedup id does the same without the wait.
  expect(await author.write('hello', { id, dedup: newMessageId() })).toEqual({ seq: 2, duplicate: false })
  await author.write('bye')
  await vi.waitFor(() => expect(notices.sort()).toEqual([1, 2, 3]))
  expect(await texts(db, site)).toEqual(['hello', 'bye'])
})

test('[P6] nobody takes the place of another’s message by using its id', async () => {
  const { db, nats, bus, site, visitor, agent, start, visitorAt } = await setUp()
  const id = newMessageId()
  await (await visitorAt()).write('an imitation', { id })
  await keep(await connectAgent(nats, { site, visitor, agent })).write('the answer', { id })
  start()
  await caughtUp(bus)
  expect(await texts(db, site)).toEqual(['an imitation', 'the answer'])
})

test('[P2] nothing is called saved before its COMMIT', async () => {
  const { db, site, start, visitorAt, notices } = await setUp()
  start()
  const author = await visitorAt()
  await db.transaction(async (tx) => {
    await tx.query('lock table visitors in exclusive mode')
    await author.write('hello')
    // The writer has inserted the row and waits for our lock.
    await vi.waitFor(async () => expect(await db.query('select from pg_locks where not granted')).not.toHaveLength(0))
    expect(await texts(db, site)).toEqual([])
    expect(notices).toEqual([])
  })
  await vi.waitFor(() => expect(notices).toEqual([1]))
  expect(await texts(db, site)).toEqual(['hello'])
})

test('a message that cannot be stored is put aside, and holds nobody up', async () => {
  const { db, bus, site, start, visitorAt, notices } = await setUp()
  const author = await visitorAt()
  const nobody = await visitorAt({ site: newId(), visitor: newId() })
  await author.write('one')
  await author.writeBytes(encode('nonsense'))
  await author.writeBytes(encode({ v: 1, id: newMessageId(), kind: 'text', body: { text: 'a\0b' } }))
  await nobody.write('to a site that is gone')
  await author.write('two')
  start()
  await caughtUp(bus)
  expect(await texts(db, site)).toEqual(['one', 'two'])
  await vi.waitFor(() => expect(notices.sort()).toEqual([1, 5]))
  const letters = await db.query<{ seq: number; reason: string; payload: Buffer }>(
    'select stream_seq as seq, reason, payload from dead_letters order by 1',
  )
  expect(letters.map(({ seq, reason }) => [seq, reason])).toEqual([
    [2, 'the payload is no message'],
    [3, 'the payload is no message'],
    [4, expect.stringContaining('foreign key')],
  ])
  expect(letters[0]?.payload.toString()).toBe('"nonsense"')
})

test('[P8] a missing partition is made when its first message comes', async () => {
  const { db, bus, site, start, visitorAt } = await setUp()
  const parts = await db.query<{ name: string }>(
    `select relname as name from pg_inherits join pg_class on oid = inhrelid where inhparent = 'messages'::regclass`,
  )
  for (const { name } of parts) await db.query(`drop table ${name}`)
  await (await visitorAt()).write('hello')
  start()
  await caughtUp(bus)
  expect(await texts(db, site)).toEqual(['hello'])
  expect(await db.query('select from dead_letters')).toEqual([])
})

test('a thread’s last message, its last seq and the visitor’s wait follow what is written', async () => {
  const { db, bus, nats, site, visitor, agent, start, visitorAt } = await setUp()
  const conversation = newId()
  await db.query(
    `insert into conversations (site_id, id, visitor_id, status, assignee_id, opened_seq) values ($1, $2, $3, 'open', $4, 1)`,
    [site, conversation, visitor, agent],
  )
  start()
  const author = await visitorAt()
  const answers = keep(await connectAgent(nats, { site, visitor, agent }))
  const notes = keep(await connectAgent(nats, { site, visitor, agent, note: true }))
  const state = async () => {
    await caughtUp(bus)
    const [row] = await db.query<{ lastSeq: number; text: string; note: boolean; waiting: Date | null; seen: Date }>(
      `select v.last_seq as "lastSeq", v.last_message ->> 'text' as text, (v.last_message ->> 'note')::boolean as note,
         c.waiting_since as waiting, v.last_seen_at as seen
       from visitors v join conversations c on c.site_id = v.site_id and c.visitor_id = v.id where v.site_id = $1`,
      [site],
    )
    return row
  }
  const timeOf = async (seq: number) => (await bus.getNext({ afterSeq: seq - 1, subjectFilter: 'chat.>' }))?.time
  await author.write('one')
  const first = await timeOf(1)
  expect(await state()).toEqual({ lastSeq: 1, text: 'one', note: false, waiting: first, seen: first })
  await author.write('two')
  const second = await timeOf(2)
  expect(await state()).toEqual({ lastSeq: 2, text: 'two', note: false, waiting: first, seen: second })
  await notes.write('a regular')
  expect(await state()).toEqual({ lastSeq: 3, text: 'a regular', note: true, waiting: first, seen: second })
  await answers.write('here you are')
  expect(await state()).toEqual({ lastSeq: 4, text: 'here you are', note: false, waiting: null, seen: second })
})

test('an event leaves the outbox in the transaction that stores it', async () => {
  const { db, bus, site, visitor, start, notices } = await setUp()
  const conversation = newId()
  const add = async (internal: boolean) => {
    const id = newMessageId()
    const payload = internal
      ? { v: 1, id, conversation, type: 'routing.decided', data: { considered: [] } }
      : { v: 1, id, conversation, type: 'conversation.opened', data: {} }
    await db.query('insert into outbox (id, site_id, visitor_id, internal, payload) values ($1, $2, $3, $4, $5)', [
      id,
      site,
      visitor,
      internal,
      JSON.stringify(payload),
    ])
    return {
      payload,
      publish: () =>
        bus.publish((internal ? subjects.internal : subjects.event)(site, visitor), encode(payload), { msgId: `server:${id}` }),
    }
  }
  const events = [await add(false), await add(true), await add(false)]
  await events[0]?.publish()
  await events[1]?.publish()
  start()
  await vi.waitFor(() => expect(notices.sort((a, b) => b - a)).toEqual([1, -2]))
  expect(await db.query('select id from outbox')).toEqual([{ id: events[2]?.payload.id }])
  expect(await db.query('select body, internal from messages order by seq')).toEqual([
    { body: events[0]?.payload, internal: false },
    { body: events[1]?.payload, internal: true },
  ])
})

test('[P3] two writers and a redelivery: everything once, nobody deadlocks', async () => {
  const { db, bus, nats, databaseUrl, site, start } = await setUp({ ackWaitMs: 1_000 })
  const places = Array.from({ length: 8 }, () => ({ site, visitor: newId() }))
  const authors = await Promise.all(places.map(async (place) => keep(await connectVisitor(nats, place))))
  const other = connectDb({ url: databaseUrl, log: silentLog })
  closing.push(() => other.close())
  let crashes = 2
  start({
    // As if the writer had died between COMMIT and ack.
    onSaved: () => {
      if (crashes-- > 0) throw new Error('died')
    },
  })
  const second = startHistory({ bus: await nats.bus(), db: other, epoch: () => 0, log: silentLog, metrics: createMetrics() })
  closing.push(() => second.stop())
  for (let n = 0; n < 60; n++) await Promise.all(authors.map((author) => author.write(`${n}`)))
  await caughtUp(bus)
  expect(crashes).toBeLessThan(1)
  for (const { visitor } of places) {
    const rows = await db.query<{ text: string }>(`select body ->> 'text' as text from messages where visitor_id = $1 order by seq`, [
      visitor,
    ])
    expect(rows.map((row) => row.text)).toEqual(Array.from({ length: 60 }, (_, n) => `${n}`))
  }
  expect(await db.query<{ n: number }>('select count(*) as n from visitors')).toEqual([{ n: 8 }])
  const [mark] = await db.query<{ seq: number }>('select max(stream_seq) as seq from history_marks where epoch = 0')
  expect(mark?.seq).toBe(480)
})

test('[P4] seqs carry the epoch', async () => {
  const { db, bus, site, nats, visitorAt } = await setUp()
  const history = startHistory({ bus: await nats.bus(), db, epoch: async () => 3, log: silentLog, metrics: createMetrics() })
  closing.push(() => history.stop())
  await (await visitorAt()).write('hello')
  await caughtUp(bus)
  expect(await db.query('select seq from messages where site_id = $1', [site])).toEqual([{ seq: toSeq(3, 1) }])
})
