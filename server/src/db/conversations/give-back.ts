import type { AgentId, ConsideredAgent } from '@usher-chat/sdk/protocol'
import type { Tx } from '../connect-db.ts'
import { queuePositions } from './queue-positions.ts'
import { writeEvents } from './write-events.ts'

/** The agent who cannot answer any more. */
export interface Leaver {
  id: AgentId
  name: string
  capacity: number
}

/**
 * Puts the open conversations of an agent who cannot answer back into the queue, at the place they had before: they waited
 * first. `until`: only those the agent got until then. The caller has taken the agent's row. Returns how many.
 */
export async function giveBack(tx: Tx, agent: Leaver, now: Date, until: Date | null = null): Promise<number> {
  const held = await tx.query<{ site: string; conversation: string }>(
    `select site_id as site, id as conversation from conversations
     where assignee_id = $1 and status = 'open' and ($2::timestamptz is null or assigned_at <= $2)
     order by site_id, visitor_id for update`,
    [agent.id, until],
  )
  if (held.length === 0) return 0
  await tx.query(
    `update conversations c set status = 'queued', assignee_id = null, assigned_at = null
     from unnest($1::text[], $2::text[]) as held (site, id) where c.site_id = held.site and c.id = held.id`,
    [held.map(({ site }) => site), held.map(({ conversation }) => conversation)],
  )
  const considered: ConsideredAgent[] = [
    { agent: agent.id, name: agent.name, outcome: 'offline', open: held.length, capacity: agent.capacity },
  ]
  const told = (await queuePositions(tx, held)).flatMap(({ place, position }) => [
    { place, event: { type: 'conversation.queued' as const, data: { position, reason: 'agent_gone' as const } } },
    { place, event: { type: 'routing.decided' as const, data: { position, considered } } },
  ])
  await writeEvents(tx, told, now)
  return held.length
}
