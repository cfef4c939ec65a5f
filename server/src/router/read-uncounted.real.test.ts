import { newId } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { seedSite } from '../../test/seed-site.ts'
import { startPostgres } from '../../test/start-postgres.ts'
import { connectDb } from '../db/connect-db.ts'
import { silentLog } from '../log.ts'
import type { Thread } from './group-by-thread.ts'
import { readUnrouted } from './read-uncounted.ts'

test('[P7] a look finds who has written and has no conversation for it, and goes on where the last one ended', async () => {
  await using postgres = await startPostgres()
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog, size: 1 })
  const sites = [await seedSite(db), await seedSite(db)].toSorted()
  const thread = (site: number, n: number): Thread => ({ site: sites[site] as string, visitor: `visitor${n}`.padEnd(16, '0') })
  const add = async ({ site, visitor }: Thread, asked: number, resolved?: number, status = 'resolved') => {
    await db.query('insert into visitors (site_id, id, asked_seq) values ($1, $2, $3)', [site, visitor, asked])
    const ended = status === 'resolved' ? resolved : null
    const conversation = `insert into conversations (site_id, id, visitor_id, status, opened_seq, resolved_seq) values ($1, $2, $3, $4, 1, $5)`
    if (resolved !== undefined) await db.query(conversation, [site, newId(), visitor, status, ended])
  }
  await add(thread(0, 1), 0)
  await add(thread(0, 2), 5)
  await add(thread(0, 3), 5, 5)
  await add(thread(0, 4), 7, 5)
  await add(thread(1, 1), 7, 0, 'queued')
  await add(thread(1, 2), 9)

  expect(await readUnrouted(db, undefined)).toEqual({ threads: [thread(0, 2), thread(0, 4), thread(1, 2)], last: undefined })
  expect(await readUnrouted(db, undefined, 3)).toEqual({ threads: [thread(0, 2)], last: thread(0, 3) })
  expect(await readUnrouted(db, thread(0, 3), 3)).toEqual({ threads: [thread(0, 4), thread(1, 2)], last: thread(1, 2) })
  expect(await readUnrouted(db, thread(1, 2), 3)).toEqual({ threads: [], last: undefined })
  await db.close()
})
