import type { Presence, SiteId } from '@usher-chat/sdk/protocol'
import type { Tx } from '../db/connect-db.ts'
import { toAgentCard } from '../db/conversations/conversation-row.ts'
import { isSilent } from '../db/conversations/release-gone-agents.ts'
import type { Candidate } from './pick-agent.ts'

interface AgentRow {
  id: string
  name: string
  avatarUrl: string | null
  presence: Presence
  lastSeenAt: Date | null
  capacity: number
  lastAssignedAt: Date | null
}

/** When the decision is made, and the silence after which an agent counts as gone, ms. */
export interface Moment {
  now: Date
  goneMs: number
}

/**
 * The agents of a site's teams, with what they have open on all their sites. Their rows are taken until the transaction ends,
 * and counted after that: decisions for two sites that share an agent cannot both use the agent's last free place.
 */
export async function readCandidates(tx: Tx, site: SiteId, moment: Moment): Promise<Candidate[]> {
  const agents = await tx.query<AgentRow>(
    `select id, name, avatar_url as "avatarUrl", presence, last_seen_at as "lastSeenAt", capacity, last_assigned_at as "lastAssignedAt"
     from agents
     where deactivated_at is null and id in (select agent_id from team_members where site_id = $1)
     order by id for no key update`,
    [site],
  )
  const counts = await tx.query<{ agent: string; open: number }>(
    `select assignee_id as agent, count(*) as open from conversations where assignee_id = any($1) and status = 'open' group by assignee_id`,
    [agents.map(({ id }) => id)],
  )
  const open = new Map(counts.map((row) => [row.agent, row.open]))
  return agents.map((agent) => toCandidate(agent, open.get(agent.id) ?? 0, moment))
}

function toCandidate(agent: AgentRow, open: number, { now, goneMs }: Moment): Candidate {
  return {
    card: toAgentCard(agent),
    presence: isSilent(agent, now, goneMs) ? 'offline' : agent.presence,
    open,
    capacity: agent.capacity,
    lastAssignedAt: agent.lastAssignedAt,
  }
}
