import type { SiteId } from '@usher-chat/sdk/protocol'
import type { Tx } from '../db/connect-db.ts'
import { type Gift, giveToAgents } from '../db/conversations/give-to-agents.ts'
import type { EventPlace } from '../db/conversations/write-events.ts'
import { type Candidate, canTake, pickAgent } from './pick-agent.ts'
import { type Moment, readCandidates } from './read-candidates.ts'
import { tellDecision } from './tell-decision.ts'

/** A conversation that waits. */
export interface Waiting {
  place: EventPlace
  queuedAt: Date
}

/** A conversation that has an agent now. */
export interface Assignment {
  place: EventPlace
  /** How long it was queued, ms. */
  waitedMs: number
}

export interface Drained {
  assigned: Assignment[]
  /** The site's agents after that. */
  candidates: Candidate[]
}

/** Conversations one transaction assigns: meanwhile other decisions of the site wait. Whoever drains comes again. */
const mostAtOnce = 50

/** Gives waiting conversations to agents, first come first served, while an agent can take one. The caller has locked the site. */
export async function drainQueue(tx: Tx, site: SiteId, moment: Moment): Promise<Drained> {
  const candidates = await readCandidates(tx, site, moment)
  const room = candidates.filter(canTake).reduce((sum, { open, capacity }) => sum + capacity - open, 0)
  const waiting = room === 0 ? [] : await takeWaiting(tx, site, Math.min(room, mostAtOnce))
  const served = serve(waiting, candidates, moment.now)
  await giveToAgents(tx, served.gifts, moment.now)
  return served
}

/** Who gets what, in the order of waiting; and the agents after that. */
export function serve(waiting: readonly Waiting[], agents: readonly Candidate[], now: Date): Drained & { gifts: Gift[] } {
  const candidates = agents.map((agent) => ({ ...agent }))
  const gifts: Gift[] = []
  const assigned: Assignment[] = []
  for (const { place, queuedAt } of waiting) {
    const pick = pickAgent(candidates)
    if (!('chosen' in pick)) break
    const agent = pick.chosen.card
    gifts.push({ place, agent, by: 'router', after: tellDecision({ chosen: agent.id }, pick.considered) })
    assigned.push({ place, waitedMs: Math.max(0, now.getTime() - queuedAt.getTime()) })
    pick.chosen.open += 1
    pick.chosen.lastAssignedAt = now
  }
  return { gifts, assigned, candidates }
}

/**
 * The head of the queue, its rows taken until the transaction ends. They are taken in the order of visitors, as everywhere, and
 * served in the order of the queue; one that was assigned by hand in the meantime is left out.
 */
async function takeWaiting(tx: Tx, site: SiteId, limit: number): Promise<Waiting[]> {
  const rows = await tx.query<{ conversation: string; visitor: string; queuedAt: Date }>(
    `with head as (
       select id from conversations where site_id = $1 and status = 'queued' order by queued_at, opened_seq limit $2
     ), taken as (
       select id, visitor_id, queued_at, opened_seq from conversations
       where site_id = $1 and status = 'queued' and id in (select id from head)
       order by visitor_id for update
     )
     select id as conversation, visitor_id as visitor, queued_at as "queuedAt" from taken order by queued_at, opened_seq`,
    [site, limit],
  )
  return rows.map(({ queuedAt, ...place }) => ({ place: { site, ...place }, queuedAt }))
}
