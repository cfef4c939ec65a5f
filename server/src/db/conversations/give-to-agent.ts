import type { AgentCard, AgentId } from '@usher-chat/sdk/protocol'
import type { Tx } from '../connect-db.ts'
import { type EventPlace, type NewEvent, writeEvents } from './write-events.ts'

/** Who gets a conversation, and who decided so: an agent, or the router. */
export interface Gift {
  agent: AgentCard
  by: AgentId | 'router'
}

/**
 * Makes an agent the assignee of a conversation, and tells the thread, after `before` and before `after`. The caller has taken
 * the rows of both, the agent's first.
 */
export async function giveToAgent(
  tx: Tx,
  place: EventPlace,
  { agent, by }: Gift,
  now: Date,
  { before = [], after = [] }: { before?: NewEvent[]; after?: NewEvent[] } = {},
): Promise<void> {
  await tx.query(
    `update conversations set status = 'open', assignee_id = $3, assigned_at = $4, resolved_at = null, resolved_seq = null
     where site_id = $1 and id = $2`,
    [place.site, place.conversation, agent.id, now],
  )
  await tx.query('update agents set last_assigned_at = greatest(last_assigned_at, $2) where id = $1', [agent.id, now])
  await writeEvents(tx, place, [...before, { type: 'conversation.assigned', data: { agent, by } }, ...after], now)
}
