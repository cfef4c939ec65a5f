import type { AgentCard, ConsideredAgent, Presence } from '@usher-chat/sdk/protocol'

/** An agent of the site's teams, as the decision sees them. */
export interface Candidate {
  card: AgentCard
  /** `offline` also when their heartbeats have stopped. */
  presence: Presence
  /** Conversations they have open, and may have open. */
  open: number
  capacity: number
  /** When they last got a conversation; null for never. */
  lastAssignedAt: Date | null
}

export type QueueReason = 'no_agent_online' | 'all_agents_busy'

/** Who gets the conversation, or why nobody does; and what was found about everyone. */
export type Pick = { considered: ConsideredAgent[] } & ({ chosen: Candidate } | { reason: QueueReason })

/** The least busy agent who is online and has room; among equals who has waited longest for a conversation; then by id. */
export function pickAgent(candidates: readonly Candidate[]): Pick {
  const [chosen] = candidates.filter(canTake).sort(byTurn)
  const considered = explain(candidates, chosen)
  if (chosen !== undefined) return { chosen, considered }
  return { reason: candidates.some(({ presence }) => presence === 'online') ? 'all_agents_busy' : 'no_agent_online', considered }
}

/** Whether an agent may be given a conversation. */
export const canTake = ({ presence, open, capacity }: Candidate): boolean => presence === 'online' && open < capacity

function byTurn(a: Candidate, b: Candidate): number {
  return a.open - b.open || (a.lastAssignedAt?.getTime() ?? 0) - (b.lastAssignedAt?.getTime() ?? 0) || compare(a.card.id, b.card.id)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Order in which outcomes are told: what mattered most comes first. */
const rank: Record<ConsideredAgent['outcome'], number> = { chosen: 0, busier: 1, full: 2, away: 3, offline: 4 }

function explain(candidates: readonly Candidate[], chosen: Candidate | undefined): ConsideredAgent[] {
  return candidates
    .map((candidate) => ({
      agent: candidate.card.id,
      name: candidate.card.name,
      outcome: candidate === chosen ? ('chosen' as const) : skippedFor(candidate),
      open: candidate.open,
      capacity: candidate.capacity,
    }))
    .sort((a, b) => rank[a.outcome] - rank[b.outcome] || a.open - b.open || compare(a.agent, b.agent))
}

function skippedFor({ presence, open, capacity }: Candidate): Exclude<ConsideredAgent['outcome'], 'chosen'> {
  if (presence !== 'online') return presence
  return open < capacity ? 'busier' : 'full'
}
