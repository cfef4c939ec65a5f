import type { SiteId } from '@usher-chat/sdk/protocol'
import type { Db, Tx } from '../db/connect-db.ts'
import { lockSite } from '../db/conversations/lock-site.ts'
import { type Assignment, drainQueue } from './drain-queue.ts'
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
function drainSite(db: Db, site: SiteId, moment: Moment): Promise<Assignment[]> {
  return db.transaction(async (tx) => {
    await lockSite(tx, site)
    return (await drainQueue(tx, site, moment)).assigned
  })
}

/**
 * Sites with a waiting conversation and an agent who could take it, who waited longest first. Looks without taking any row:
 * where nothing can be done, nothing is held up.
 */
async function sitesToDrain(tx: Tx, { now, goneMs }: Moment): Promise<SiteId[]> {
  const rows = await tx.query<{ site: SiteId }>(
    `with waiting as (select site_id, min(queued_at) as since from conversations where status = 'queued' group by site_id)
     select w.site_id as site from waiting w
     where exists (
       select 1 from team_members m join agents a on a.id = m.agent_id
       where m.site_id = w.site_id and a.presence = 'online' and a.deactivated_at is null and a.last_seen_at >= $1
         and a.capacity > (select count(*) from conversations c where c.assignee_id = a.id and c.status = 'open'))
     order by w.since`,
    [new Date(now.getTime() - goneMs)],
  )
  return rows.map(({ site }) => site)
}
