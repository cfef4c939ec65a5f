import { advisoryLocks } from './advisory-locks.ts'
import type { Db } from './connect-db.ts'

const day = 24 * 60 * 60_000
/** A day more than an outbox keeps sending a message by itself. */
const messageIdsKeptMs = 8 * day

/** Rows deleted at once: short transactions hold nobody up. */
const batch = 5_000

/** What was deleted. */
export interface Pruned {
  messageIds: number
  sessions: number
}

/** Deletes message ids older than 8 days and expired sessions. While another server is at it, this one deletes nothing. */
export async function prune(db: Db, now: Date): Promise<Pruned> {
  const messageIds = await inBatches(db, 'message_ids', 'at < $1', new Date(now.getTime() - messageIdsKeptMs))
  const sessions = await inBatches(db, 'sessions', 'expires_at < $1', now)
  return { messageIds, sessions }
}

async function inBatches(db: Db, table: 'message_ids' | 'sessions', condition: string, limit: Date): Promise<number> {
  for (let total = 0; ; ) {
    const deleted = await db.transaction(async (tx) => {
      const [lock] = await tx.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [advisoryLocks.prune])
      if (!lock?.taken) return 0
      const [done] = await tx.query<{ count: number }>(
        `with gone as (delete from ${table} where ctid = any(array(select ctid from ${table} where ${condition} limit ${batch})) returning 1)
         select count(*) as count from gone`,
        [limit],
      )
      return done?.count ?? 0
    })
    total += deleted
    if (deleted < batch) return total
  }
}
