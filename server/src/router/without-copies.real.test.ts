import { newId, newMessageId } from '@usher-chat/sdk/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { seedSite } from '../../test/seed-site.ts'
import { startPostgres, type TestDatabase } from '../../test/start-stack.ts'
import { connectDb, type Db } from '../db/connect-db.ts'
import { silentLog } from '../log.ts'
import type { ThreadBatch } from './group-by-thread.ts'
import { withoutCopies } from './without-copies.ts'

let postgres: TestDatabase
let db: Db
let site: string

beforeEach(async () => {
  postgres = await startPostgres()
  db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  site = await seedSite(db)
})
afterEach(async () => {
  await db.close()
  await postgres.stop()
})

/** A thread of messages of a visitor, seqs from `firstSeq` on. */
function threadOf(ids: readonly string[], firstSeq: number): ThreadBatch {
  const messages = ids.map((id, i) => ({ id, seq: firstSeq + i, at: new Date() }))
  return { site, visitor: newId(), messages, delivered: [] }
}

const store = ({ visitor, messages }: ThreadBatch, seqsBefore: number) =>
  db.query(
    `insert into message_ids (site_id, visitor_id, message_id, author_id, seq, at)
     select $1, $2, id, $2, seq, now() from unnest($3::uuid[], $4::bigint[]) as m (id, seq)`,
    [site, visitor, messages.map(({ id }) => id), messages.map(({ seq }) => seq - seqsBefore)],
  )

test('[P3] what stands under an older seq is left out; what stands under its own seq, or not at all, is not', async () => {
  const copied = threadOf([newMessageId(), newMessageId()], 100)
  const stored = threadOf([newMessageId()], 200)
  const fresh = threadOf([newMessageId()], 300)
  await store({ ...copied, messages: copied.messages.slice(1) }, 50)
  await store(stored, 0)
  const left = await withoutCopies(db, [copied, stored, fresh])
  expect(left.map(({ messages }) => messages.map(({ seq }) => seq))).toEqual([[100], [200], [300]])
})

test('copies are found by the index, however many messages a batch has: the table is never read', async () => {
  await store(
    threadOf(
      Array.from({ length: 20_000 }, () => newMessageId()),
      1,
    ),
    0,
  )
  const batch = Array.from({ length: 500 }, (_, i) => threadOf([newMessageId()], 50_000 + i))
  const read = await db.transaction(async (tx) => {
    expect(await withoutCopies(tx, batch)).toEqual(batch)
    return tx.query(`select pg_stat_get_xact_tuples_returned('message_ids'::regclass)::int as rows`)
  })
  expect(read).toEqual([{ rows: 0 }])
})
