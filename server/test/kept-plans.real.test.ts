import { newId, newMessageId, type VisitorId } from '@usher-chat/sdk/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectDb, type Db } from '../src/db/connect-db.ts'
import type { MessageRow } from '../src/db/message-row.ts'
import { storeRows } from '../src/history/store-rows.ts'
import { silentLog } from '../src/log.ts'
import { countMessages } from '../src/router/count-messages.ts'
import { seedSite } from './seed-site.ts'
import { startPostgres, type TestDatabase } from './start-stack.ts'

/*
 * A connection keeps the plans of its prepared statements. One made while there were a handful of conversations may be held for a
 * minute, until Postgres looks at the table by itself, and in that minute the opening night's thousands come.
 */

const batch = 500
const crowd = 2_000
/** A station may read the table a few times for a batch, never once for each row. */
const readings = 5

let postgres: TestDatabase
let db: Db
let site: string
let seq: number

beforeEach(async () => {
  postgres = await startPostgres()
  // One connection: the one that keeps the plans.
  db = connectDb({ url: postgres.databaseUrl, log: silentLog, size: 1 })
  site = await seedSite(db)
  seq = 1
})
afterEach(async () => {
  await db.close()
  await postgres.stop()
})

async function openConversations(count: number): Promise<VisitorId[]> {
  const visitors = Array.from({ length: count }, newId)
  await db.query(
    `with v as (insert into visitors (site_id, id) select $1, id from unnest($2::text[]) as n (id) returning id)
     insert into conversations (site_id, id, visitor_id, status, opened_seq) select $1, id, id, 'queued', 1 from v`,
    [site, visitors],
  )
  return visitors
}

const says = (visitor: VisitorId): MessageRow => ({
  site,
  visitor,
  seq: ++seq,
  at: new Date(),
  id: newMessageId(),
  author: { role: 'visitor', id: visitor },
  internal: false,
  kind: 'text',
  body: { text: 'where is my seat?' },
})

/** Rows of `conversations` that were looked at meanwhile. */
async function looks(work: (tx: Db) => Promise<unknown>): Promise<number> {
  const read = async () => {
    const of = (name: string) => `pg_stat_get_xact_tuples_${name}('conversations'::regclass)::int`
    const [row] = await db.query<{ rows: number }>(`select ${of('returned')} + ${of('fetched')} as rows`)
    return row?.rows ?? 0
  }
  await db.query('begin')
  const before = await read()
  await work({ ...db, transaction: (inside) => inside(db) })
  const after = await read()
  await db.query('commit')
  return after - before
}

/** What runs all day: history stores messages, and the router counts them. */
const stations = {
  history: (visitors: readonly VisitorId[]) => (tx: Db) => storeRows(tx, visitors.map(says)),
  router: (visitors: readonly VisitorId[]) => (tx: Db) =>
    countMessages(
      tx,
      visitors.map((visitor) => ({ site, visitor, messages: [{ seq: ++seq, at: new Date() }] })),
    ),
}

for (const [name, work] of Object.entries(stations)) {
  test(`${name} keeps to its indexes when thousands come behind plans that were made for a few`, async () => {
    const few = await openConversations(40)
    await db.query('analyze conversations, visitors')
    for (let times = 0; times < 8; times++) await looks(work(few))
    const many = await openConversations(crowd)
    expect(await looks(work(many.slice(0, batch)))).toBeLessThan(readings * (few.length + crowd))
  })
}
