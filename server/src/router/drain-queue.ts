import type { AgentId, ConversationId, SiteId, VisitorId } from '@usher-chat/sdk/protocol'
import type { Tx } from '../db/connect-db.ts'
import { giveToAgent } from '../db/conversations/give-to-agent.ts'
import type { EventPlace } from '../db/conversations/write-events.ts'
import { type Candidate, canTake, pickAgent } from './pick-agent.ts'
import { type Moment, readCandidates } from './read-candidates.ts'
import { tellDecision } from './tell-decision.ts'

/** A conversation that has an agent now. */
export interface Assignment {
  conversation: ConversationId
  agent: AgentId
  /** How long it was queued, ms. */
  waitedMs: number
}

export interface Drained {
  assigned: Assignment[]
  /** The site's agents after that. */
  candidates: Candidate[]
}

/** Conversations one transaction assigns: some 100 ms, in which other decisions of the site wait. Whoever drains comes again. */
const mostAtOnce = 50

interface Waiting extends EventPlace {
  queuedAt: Date
}

/** Gives waiting conversations to agents, first come first served, while an agent can take one. The caller has locked the site. */
export async function drainQueue(tx: Tx, site: SiteId, moment: Moment): Promise<Drained> {
  const candidates = await readCandidates(tx, site, moment)
  const room = candidates.filter(canTake).reduce((sum, { open, capacity }) => sum + capacity - open, 0)
  const waiting = room === 0 ? [] : await takeWaiting(tx, site, Math.min(room, mostAtOnce))
  const assigned: Assignment[] = []
  for (const place of waiting) {
    const pick = pickAgent(candidates)
    if (!('chosen' in pick)) break
    const { card } = pick.chosen
    const why = tellDecision({ chosen: card.id }, pick.considered)
    await giveToAgent(tx, place, { agent: card, by: 'router' }, moment.now, { after: [why] })
    pick.chosen.open += 1
    pick.chosen.lastAssignedAt = moment.now
    assigned.push({ conversation: place.conversation, agent: card.id, waitedMs: moment.now.getTime() - place.queuedAt.getTime() })
  }
  return { assigned, candidates }
}

/**
 * The head of the queue, its rows taken until the transaction ends. They are taken in the order of visitors, as everywhere, and
 * served in the order of the queue; one that was assigned by hand in the meantime is left out.
 */
async function takeWaiting(tx: Tx, site: SiteId, limit: number): Promise<Waiting[]> {
  const rows = await tx.query<{ id: ConversationId; visitor: VisitorId; queuedAt: Date }>(
    `with head as (
       select id from conversations where site_id = $1 and status = 'queued' order by queued_at, id limit $2
     ), taken as (
       select id, visitor_id, queued_at from conversations
       where site_id = $1 and status = 'queued' and id in (select id from head)
       order by visitor_id for update
     )
     select id, visitor_id as visitor, queued_at as "queuedAt" from taken order by queued_at, id`,
    [site, limit],
  )
  return rows.map(({ id, visitor, queuedAt }) => ({ site, visitor, conversation: id, queuedAt }))
}

/**
 * Sites with a waiting conversation and an agent who could take it, who waited longest first. Looks without taking any row:
 * where nothing can be done, nothing is held up.
 */
export async function sitesToDrain(tx: Tx, { now, goneMs }: Moment): Promise<SiteId[]> {
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
