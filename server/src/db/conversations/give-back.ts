import type { AgentId, ConsideredAgent } from '@usher-chat/sdk/protocol'
import type { Tx } from '../connect-db.ts'
import { type EventPlace, writeEvents } from './write-events.ts'

/** The agent who cannot answer any more. */
export interface Leaver {
  id: AgentId
  name: string
  capacity: number
}

interface GivenBack extends EventPlace {
  position: number
}

/**
 * Puts the open conversations of an agent who cannot answer back into the queue, at the place they had before: they waited
 * first. `until`: only those the agent got until then. The caller has taken the agent's row. Returns how many.
 */
export async function giveBack(tx: Tx, agent: Leaver, now: Date, until: Date | null = null): Promise<number> {
  const held = await tx.query<{ site: string; id: string }>(
    `select site_id as site, id from conversations
     where assignee_id = $1 and status = 'open' and ($2::timestamptz is null or assigned_at <= $2)
     order by site_id, visitor_id for update`,
    [agent.id, until],
  )
  if (held.length === 0) return 0
  const sites = held.map(({ site }) => site)
  const ids = held.map(({ id }) => id)
  await tx.query(
    `update conversations c set status = 'queued', assignee_id = null, assigned_at = null
     from unnest($1::text[], $2::text[]) as held (site, id) where c.site_id = held.site and c.id = held.id`,
    [sites, ids],
  )
  for (const { position, ...place } of await positions(tx, sites, ids)) {
    const considered: ConsideredAgent[] = [
      { agent: agent.id, name: agent.name, outcome: 'offline', open: held.length, capacity: agent.capacity },
    ]
    const events = [
      { type: 'conversation.queued' as const, data: { position, reason: 'agent_gone' as const } },
      { type: 'routing.decided' as const, data: { position, considered } },
    ]
    await writeEvents(tx, place, events, now)
  }
  return held.length
}

/** Where these conversations stand in their queues, 1 is next. */
function positions(tx: Tx, sites: readonly string[], ids: readonly string[]): Promise<GivenBack[]> {
  return tx.query<GivenBack>(
    `select c.site_id as site, c.visitor_id as visitor, c.id as conversation,
       (select count(*) from conversations q
        where q.site_id = c.site_id and q.status = 'queued' and (q.queued_at, q.id) <= (c.queued_at, c.id)) as position
     from unnest($1::text[], $2::text[]) as given (site, id) join conversations c on c.site_id = given.site and c.id = given.id
     order by c.queued_at, c.id`,
    [sites, ids],
  )
}
