import type { AgentCard, AgentId } from '@usher-chat/sdk/protocol'
import type { Tx } from '../connect-db.ts'
import { type EventPlace, type NewEvent, writeEvents } from './write-events.ts'

/** A conversation and who gets it. */
export interface Gift {
  place: EventPlace
  agent: AgentCard
  /** Who decided so: an agent, or the router. */
  by: AgentId | 'router'
  /** What else the thread is told, before and after the assignment. */
  before?: NewEvent
  after?: NewEvent
}

/** Makes agents the assignees of conversations, and tells the threads. The caller has taken the rows of all, agents first. */
export async function giveToAgents(tx: Tx, gifts: readonly Gift[], now: Date): Promise<void> {
  if (gifts.length === 0) return
  await tx.query(
    `with given as (
       select * from unnest($1::text[], $2::text[], $3::text[]) as g (site, id, agent)
     ), opened as (
       update conversations c set status = 'open', assignee_id = g.agent, assigned_at = $4, resolved_at = null, resolved_seq = null
       from given g where c.site_id = g.site and c.id = g.id
     )
     update agents a set last_assigned_at = greatest(a.last_assigned_at, $4) where a.id in (select agent from given)`,
    [gifts.map(({ place }) => place.site), gifts.map(({ place }) => place.conversation), gifts.map(({ agent }) => agent.id), now],
  )
  const told = gifts.flatMap(({ place, agent, by, before, after }) =>
    [before, { type: 'conversation.assigned' as const, data: { agent, by } }, after]
      .flatMap((event) => event ?? [])
      .map((event) => ({ place, event })),
  )
  await writeEvents(tx, told, now)
}
