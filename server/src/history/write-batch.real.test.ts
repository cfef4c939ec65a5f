import { encode, newId, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { startPostgres } from '../../test/start-stack.ts'
import { connectDb, type Db } from '../db/connect-db.ts'
import { settleEpoch } from '../db/stream-lives.ts'
import { silentLog } from '../log.ts'
import { decodeBatch } from './decode-batch.ts'
import { LifeIsOver, writeBatch } from './write-batch.ts'

const [visitor, agent] = [newId(), newId()]

async function setUp() {
  const postgres = await startPostgres()
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  const site = newId()
  await db.query(`insert into sites (id, key, name, identity_secret) values ($1, $1, 'Cinema', 'secret')`, [site])
  const started = Date.now()
  const at = (seq: number) => new Date(started + seq)
  const message = (seq: number, text: string, { id = newMessageId(), from = 'visitor', to = visitor, of = site } = {}) => ({
    subject: from === 'visitor' ? subjects.visitorMessage(of, to) : subjects.agentMessage(of, to, agent),
    data: encode({ v: 1, id, kind: 'text', body: { text } }),
    seq,
    time: at(seq),
  })
  return {
    db,
    site,
    at,
    message,
    write: (...messages: ReturnType<typeof message>[]) => writeBatch({ db, epoch: 0, slot: 0 }, decodeBatch(0, messages)),
    messages: async () =>
      (await db.query<{ seq: number; text: string }>(`select seq, body ->> 'text' as text from messages order by seq`)).map(
        ({ seq, text }) => `${seq} ${text}`,
      ),
    async [Symbol.asyncDispose]() {
      await db.close()
      await postgres.stop()
    },
  }
}

test('[P3] of two copies in one batch the first is stored, and both are saved', async () => {
  await using stack = await setUp()
  const id = newMessageId()
  const written = await stack.write(stack.message(2, 'copy', { id }), stack.message(1, 'hello', { id }))
  expect(written).toMatchObject({ stored: 1, letters: [] })
  expect(written.saved.map((row) => row.seq)).toEqual([1, 2])
  expect(await stack.messages()).toEqual(['1 hello'])
})

test('[P4] a copy that was stored before the first moves to the first one’s place', async () => {
  await using stack = await setUp()
  const id = newMessageId()
  await stack.write(stack.message(5, 'hello', { id }), stack.message(4, 'between'))
  expect(await stack.write(stack.message(3, 'hello', { id }))).toMatchObject({ stored: 0 })
  expect(await stack.messages()).toEqual(['3 hello', '4 between'])
  expect(await stack.db.query('select at from messages where seq = 3')).toEqual([{ at: stack.at(3) }])
  // The copy once more, as a redelivery: nothing moves back.
  await stack.write(stack.message(5, 'hello', { id }))
  expect(await stack.messages()).toEqual(['3 hello', '4 between'])
})

test('[P3] a batch written again changes nothing', async () => {
  await using stack = await setUp()
  const batch = [stack.message(1, 'one'), stack.message(2, 'two', { from: 'agent' }), stack.message(3, 'three')]
  const state = async () => [await stack.messages(), await stack.db.query('select * from visitors')]
  expect(await stack.write(...batch)).toMatchObject({ stored: 3 })
  const before = await state()
  expect(await stack.write(...batch)).toMatchObject({ stored: 0 })
  expect(await state()).toEqual(before)
})

test('poison anywhere in a batch takes only itself', async () => {
  await using stack = await setUp()
  const poison = { of: newId(), to: newId() }
  for (const [round, places] of [[0], [6], [3], [0, 1], [0, 3, 6], [0, 1, 2, 3, 4, 5, 6]].entries()) {
    const batch = Array.from({ length: 7 }, (_, n) => stack.message(round * 10 + n, `${n}`, places.includes(n) ? poison : {}))
    const written = await stack.write(...batch)
    expect(written.letters.map((letter) => letter.message.seq)).toEqual(places.map((n) => round * 10 + n))
    expect(written.saved.map((row) => row.seq % 10)).toEqual([0, 1, 2, 3, 4, 5, 6].filter((n) => !places.includes(n)))
    expect(written.stored).toBe(7 - places.length)
  }
})

test('who waits is right in whatever order writers come', async () => {
  const waitingAfter = async (...order: (readonly [seq: number, from: 'visitor' | 'agent'])[]) => {
    await using stack = await setUp()
    await stack.db.query(`insert into agents (id, email, name, password_hash) values ($1, $1, 'Anna', '')`, [agent])
    await stack.db.query(
      `insert into conversations (site_id, id, visitor_id, status, assignee_id, opened_seq) values ($1, $2, $3, 'open', $4, 1)`,
      [stack.site, newId(), visitor, agent],
    )
    for (const [seq, from] of order) await stack.write(stack.message(seq, 'text', { from }))
    const [row] = await stack.db.query<{ since: Date | null }>('select waiting_since as since from conversations')
    return row?.since === null ? null : Number(row?.since) - Number(stack.at(0))
  }
  const [asked, answered, askedAgain] = [
    [1, 'visitor'],
    [2, 'agent'],
    [3, 'visitor'],
  ] as const
  expect(await waitingAfter(asked)).toBe(1)
  expect(await waitingAfter(asked, answered)).toBeNull()
  expect(await waitingAfter(answered, asked)).toBeNull()
  expect(await waitingAfter(asked, answered, askedAgain)).toBe(3)
  expect(await waitingAfter(asked, askedAgain, answered)).toBe(3)
  expect(await waitingAfter(askedAgain, answered, asked)).toBe(3)
})

test('[P4] nothing of an earlier life is written once the next has begun', async () => {
  await using stack = await setUp()
  await stack.write(stack.message(1, 'in time'))
  await stack.db.query('insert into stream_lives (epoch, stream_created) values (0, now()), (1, now())')
  await expect(stack.write(stack.message(2, 'too late'))).rejects.toThrow(LifeIsOver)
  expect(await stack.messages()).toEqual(['1 in time'])
})

test('[P4] no other life begins while a batch is being written', async () => {
  await using stack = await setUp()
  const created = new Date()
  const settle = () => settleEpoch({ db: stack.db, readStream: async () => ({ created, lastSeq: 0 }) })
  expect(await settle()).toBe(0)
  const order: string[] = []
  const blocking = stack.db.transaction(async (tx) => {
    await tx.query('lock table messages in share row exclusive mode')
    const writing = stack.write(stack.message(1, 'under way')).then(() => order.push('written'))
    await eventually(async () => expect(await waitingFor(stack.db, 'relation')).toBe(1))
    // The stream has lost everything, and what is being written will be ahead of it.
    const settling = settle().then((epoch) => order.push(`epoch ${epoch}`))
    await eventually(async () => expect(await waitingFor(stack.db, 'advisory')).toBe(1))
    return [writing, settling]
  })
  await Promise.all(await blocking)
  expect(order).toEqual(['written', 'epoch 1'])
})

/** Sessions that wait for a lock of this kind. */
async function waitingFor(db: Db, kind: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event = $1',
    [kind],
  )
  return row?.n ?? 0
}
