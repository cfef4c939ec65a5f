import { newId } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { seedSite } from '../../test/seed-site.ts'
import { startPostgres } from '../../test/start-stack.ts'
import { connectDb } from '../db/connect-db.ts'
import { silentLog } from '../log.ts'
import { countMessages } from './count-messages.ts'

test('a message that is counted to its conversation writes into no index', async () => {
  await using postgres = await startPostgres()
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  const site = await seedSite(db)
  const visitor = newId()
  await db.query(`insert into conversations (site_id, id, visitor_id, status, opened_seq, asked_seq) values ($1, $2, $3, 'queued', 1, 1)`, [
    site,
    newId(),
    visitor,
  ])
  const changes = await db.transaction(async (tx) => {
    for (let seq = 2; seq <= 9; seq++) expect(await countMessages(tx, [{ site, visitor, messages: [{ seq, at: new Date() }] }])).toEqual([])
    return tx.query(
      `select pg_stat_get_xact_tuples_updated('conversations'::regclass)::int as all, pg_stat_get_xact_tuples_hot_updated('conversations'::regclass)::int as hot`,
    )
  })
  expect(changes).toEqual([{ all: 8, hot: 8 }])
  expect(await db.query('select asked_seq from conversations')).toEqual([{ asked_seq: 9 }])
  await db.close()
})
