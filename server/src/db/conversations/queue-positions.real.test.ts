import { newId, type SiteId } from '@usher-chat/sdk/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { seedSite } from '../../../test/seed-site.ts'
import { startPostgres, type TestDatabase } from '../../../test/start-stack.ts'
import { silentLog } from '../../log.ts'
import { connectDb, type Db, type Tx } from '../connect-db.ts'
import { queuePositions } from './queue-positions.ts'

let postgres: TestDatabase
let db: Db
let site: SiteId

beforeEach(async () => {
  postgres = await startPostgres()
  db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  site = await seedSite(db)
})
afterEach(async () => {
  await db.close()
  await postgres.stop()
})

/** Queues conversations of a site; gives their places. `at`: since when they wait, s. `seq`: where they begin. */
async function queue(of: SiteId, ...waiting: { at: number; seq: number }[]): Promise<{ site: SiteId; conversation: string }[]> {
  const places = waiting.map((each) => ({ ...each, site: of, conversation: newId() }))
  await db.query(
    `insert into conversations (site_id, id, visitor_id, status, queued_at, opened_seq)
     select $1, id, id, 'queued', to_timestamp(at), seq from unnest($2::text[], $3::int[], $4::bigint[]) as n (id, at, seq)`,
    [of, places.map(({ conversation }) => conversation), places.map(({ at }) => at), places.map(({ seq }) => seq)],
  )
  return places
}

const ordered = async (places: readonly { site: SiteId; conversation: string }[]) =>
  (await queuePositions(db, places)).map(({ place, position }) => [place.conversation, position])

test('[P7] who waited longest is first; of those who came at once, who wrote first', async () => {
  const [second, first, third, fourth] = await queue(site, { at: 20, seq: 5 }, { at: 10, seq: 9 }, { at: 20, seq: 7 }, { at: 30, seq: 1 })
  expect(await ordered([third!, first!])).toEqual([
    [first!.conversation, 1],
    [third!.conversation, 3],
  ])
  expect(await ordered([fourth!, second!])).toEqual([
    [second!.conversation, 2],
    [fourth!.conversation, 4],
  ])
})

test('[P7] each site has its own queue; who has an agent stands in none', async () => {
  const other = await seedSite(db)
  const [here] = await queue(site, { at: 20, seq: 2 })
  const [there, taken] = await queue(other, { at: 10, seq: 1 }, { at: 5, seq: 3 })
  await db.query(`update conversations set status = 'resolved', resolved_seq = 3 where id = $1`, [taken!.conversation])
  expect(await ordered([here!, there!, taken!])).toEqual([
    [there!.conversation, 1],
    [here!.conversation, 1],
  ])
  expect(await ordered([])).toEqual([])
})

test('a long queue is walked once for all who ask, not once for each', async () => {
  const places = await queue(site, ...Array.from({ length: 2_000 }, (_, i) => ({ at: i, seq: i + 1 })))
  const pages = await db.transaction(async (tx) => {
    const before = await pagesRead(tx)
    expect((await queuePositions(tx, places.slice(-25))).map(({ position }) => position)).toEqual(
      Array.from({ length: 25 }, (_, i) => 1_976 + i),
    )
    return (await pagesRead(tx)) - before
  })
  // The table has about 60 pages.
  expect(pages).toBeLessThan(250)
})

/** Pages of `conversations` this connection has looked at. */
async function pagesRead(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ pages: number }>(`select pg_stat_get_xact_blocks_fetched('conversations'::regclass)::int as pages`)
  return row?.pages ?? 0
}
