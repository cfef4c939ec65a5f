import type { Db } from '../db/connect-db.ts'
import { lockSite } from '../db/conversations/lock-site.ts'
import { type Assignment, drainQueue, sitesToDrain } from './drain-queue.ts'
import type { Moment } from './read-candidates.ts'

/** Drains the queues of all sites until no agent can take any more. Safe on several servers at once. */
export async function drainSites(db: Db, moment: Moment): Promise<Assignment[]> {
  const assigned: Assignment[] = []
  for (;;) {
    const before = assigned.length
    for (const site of await sitesToDrain(db, moment)) assigned.push(...(await drainSite(db, site, moment)))
    if (assigned.length === before) return assigned
  }
}

/** One transaction: what it assigns, and why, is committed together. */
function drainSite(db: Db, site: string, moment: Moment): Promise<Assignment[]> {
  return db.transaction(async (tx) => {
    await lockSite(tx, site)
    return (await drainQueue(tx, site, moment)).assigned
  })
}
