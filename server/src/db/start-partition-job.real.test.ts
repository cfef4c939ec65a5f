import { randomBytes } from 'node:crypto'
import { newId, newMessageId } from '@usher-chat/sdk/protocol'
import { expect, test, vi } from 'vitest'
import { startPostgres } from '../../test/start-stack.ts'
import { type Log, silentLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { connectDb } from './connect-db.ts'
import { countPartitionsAhead, ensurePartitions, ensurePartitionsOf } from './partitions.ts'
import { prune } from './prune.ts'
import { startPartitionJob } from './start-partition-job.ts'

async function setUp() {
  const postgres = await startPostgres()
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  return {
    db,
    url: postgres.databaseUrl,
    async [Symbol.asyncDispose]() {
      await db.close()
      await postgres.stop()
    },
  }
}

const day = 24 * 60 * 60_000
// Far from today, so that no partition of the test database's own is in the way.
const may = new Date('2040-05-20T12:00:00Z')

test('partitions are made from the month before to three ahead; servers at once make each once', async () => {
  await using stack = await setUp()
  const other = connectDb({ url: stack.url, log: silentLog })
  const made = (await Promise.all([ensurePartitions(stack.db, may), ensurePartitions(other, may)])).flat()
  await other.close()
  expect(made.sort()).toEqual(['messages_2040_04', 'messages_2040_05', 'messages_2040_06', 'messages_2040_07', 'messages_2040_08'])
  expect(await countPartitionsAhead(stack.db, may)).toBe(3)
  expect(await countPartitionsAhead(stack.db, new Date('2040-07-01T00:00:00Z'))).toBe(1)
  expect(await ensurePartitions(stack.db, may)).toEqual([])
})

test('a partition is attached while a writer holds the parent', async () => {
  await using stack = await setUp()
  const [site, visitor] = [newId(), newId()]
  await ensurePartitionsOf(stack.db, [may])
  const insert = `insert into messages (site_id, visitor_id, seq, at, id, author_role, author_id, kind, body)
    values ($1, $2, 1, $3, $4, 'visitor', $2, 'text', '{"text":"hi"}')`
  await stack.db.transaction(async (tx) => {
    await tx.query(insert, [site, visitor, may, newMessageId()])
    expect(await ensurePartitionsOf(stack.db, [new Date('2040-06-01T00:00:00Z')])).toEqual(['messages_2040_06'])
  })
  expect(await stack.db.query('select from messages where site_id = $1', [site])).toHaveLength(1)
})

test('the job makes what is missing, reports how many are ahead, and rings when it cannot', async () => {
  await using stack = await setUp()
  const metrics = createMetrics()
  let now = may
  const errors: string[] = []
  const log: Log = { ...silentLog, error: (_, sentence) => errors.push(sentence) }
  const job = startPartitionJob({ db: stack.db, log, metrics, clock: () => now, everyMs: 20, retryMs: 20 })
  await vi.waitFor(() => expect(job.ahead()).toBe(3), 10_000)
  expect(await metrics.text()).toContain('usher_partitions_ahead 3')
  expect(errors).toEqual([])

  // A table of that name that is no partition of messages keeps the job from making July's.
  await stack.db.query('create table messages_2040_10 (something int)')
  now = new Date('2040-09-20T12:00:00Z')
  await vi.waitFor(() => expect(job.ahead()).toBe(0), 10_000)
  expect(errors).toContain('too few partitions of messages are made ahead')
  await stack.db.query('drop table messages_2040_10')
  await vi.waitFor(() => expect(job.ahead()).toBe(3), 10_000)
  await job.stop()
})

test('F14 a default partition that holds what belongs to a month to come is told, and no month is made behind it', async () => {
  await using stack = await setUp()
  const [errors, metrics] = [[] as object[], createMetrics()]
  await stack.db.query('create table messages_default partition of messages default')
  await stack.db.query(
    `insert into messages (site_id, visitor_id, seq, at, id, author_role, author_id, kind, body)
     values ($1, $2, 1, $3, $4, 'visitor', $2, 'text', '{"text":"hi"}')`,
    [newId(), newId(), new Date('2040-06-01T00:00:00Z'), newMessageId()],
  )
  const log: Log = { ...silentLog, error: (fields) => errors.push(fields) }
  const job = startPartitionJob({ db: stack.db, log, metrics, clock: () => may, everyMs: 20, retryMs: 20 })
  await vi.waitFor(() => expect(errors).toContainEqual({ reason: expect.stringContaining('messages_default') }), 10_000)
  expect(job.ahead()).toBeLessThan(3)
  await stack.db.query('drop table messages_default')
  await vi.waitFor(() => expect(job.ahead()).toBe(3), 10_000)
  await job.stop()
})

test('ids of messages older than 8 days and expired sessions are pruned, younger ones stay', async () => {
  await using stack = await setUp()
  const [site, visitor, agent] = [newId(), newId(), newId()]
  const age = (days: number) => new Date(may.getTime() - days * day)
  await stack.db.query(
    `insert into message_ids (site_id, visitor_id, message_id, author_id, seq, at)
     select $1, $2, gen_random_uuid(), $2, n, case when n <= 12000 then $3::timestamptz else $4::timestamptz end from generate_series(1, 12003) n`,
    [site, visitor, age(8.01), age(7.99)],
  )
  await stack.db.query(`insert into agents (id, email, name, password_hash) values ($1, $1, 'Anna', '')`, [agent])
  const session = (expires: Date) =>
    stack.db.query('insert into sessions (token_hash, agent_id, expires_at) values ($1, $2, $3)', [randomBytes(32), agent, expires])
  await Promise.all([session(age(1)), session(age(-1))])

  expect(await prune(stack.db, may)).toEqual({ messageIds: 12_000, sessions: 1 })
  expect(await prune(stack.db, may)).toEqual({ messageIds: 0, sessions: 0 })
  expect(await stack.db.query('select from message_ids')).toHaveLength(3)
  expect(await stack.db.query('select from sessions')).toHaveLength(1)
})
