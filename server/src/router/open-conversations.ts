import { newId, type SiteId, type VisitorId } from '@usher-chat/sdk/protocol'
import type { Db, Tx } from '../db/connect-db.ts'
import { lockSite } from '../db/conversations/lock-site.ts'
import { queuePositions } from '../db/conversations/queue-positions.ts'
import { type EventPlace, writeEvents } from '../db/conversations/write-events.ts'
import { decideOpening } from './decide-opening.ts'
import { type Assignment, type Drained, drainQueue } from './drain-queue.ts'
import { type Arrivals, type Thread, timeOf } from './group-by-thread.ts'
import { pickAgent } from './pick-agent.ts'
import type { Moment } from './read-candidates.ts'
import { readStandings } from './read-standings.ts'
import { readUncounted } from './read-uncounted.ts'
import { tellDecision } from './tell-decision.ts'

/** What became of threads, and whom the queue was drained to by the way. */
export interface Opened<Known> {
  opened: number
  /** How many of the opened conversations have no agent yet. */
  queued: number
  assigned: Assignment[]
  /** Threads whose messages belong to a conversation that another server has opened meanwhile: to be counted to it. */
  again: Known[]
  /** There is no such site any more, nothing was opened. */
  siteUnknown: boolean
}

interface NewConversation {
  place: EventPlace
  at: Date
  openedSeq: number
  askedSeq: number
}

/**
 * Opens conversations for what visitors of one site wrote, and assigns or queues them: one transaction, with all its events.
 * What already belongs to a conversation opens none, so it is safe to repeat.
 */
export function openConversations<Known extends Arrivals>(
  db: Db,
  site: SiteId,
  threads: readonly Known[],
  moment: Moment,
): Promise<Opened<Known>> {
  return db.transaction(async (tx) => {
    await lockSite(tx, site)
    const { fresh, again } = await findNew(tx, site, threads, moment)
    const none = { opened: 0, queued: 0, assigned: [], again, siteUnknown: false }
    if (fresh.length === 0) return none
    if (!(await insertConversations(tx, site, fresh))) return { ...none, siteUnknown: true }
    await writeEvents(
      tx,
      fresh.map(({ place }) => ({ place, event: { type: 'conversation.opened', data: {} } })),
      moment.now,
    )
    const drained = await drainQueue(tx, site, moment)
    const queued = await tellQueued(tx, fresh, drained, moment)
    await settleOverlooked(
      tx,
      site,
      fresh.map(({ place }) => place.visitor),
    )
    return { ...none, opened: fresh.length, queued, assigned: drained.assigned }
  })
}

/** Conversations to be opened. The site is locked: nobody else opens one. */
async function findNew<Known extends Arrivals>(
  tx: Tx,
  site: SiteId,
  threads: readonly Known[],
  { now }: Moment,
): Promise<{ fresh: NewConversation[]; again: Known[] }> {
  const standings = await readStandings(tx, threads)
  const ends = threads.map(({ site, visitor }, i) => ({ site, visitor, resolvedSeq: standings[i]?.resolvedSeq ?? 0 }))
  const stored = await readUncounted(tx, ends)
  const fresh: NewConversation[] = []
  const again: Known[] = []
  threads.forEach((thread, i) => {
    const standing = standings[i]
    if (standing === undefined) return
    const uncounted = standing.unresolved === undefined ? (stored[i] ?? []) : []
    const messages = [...thread.messages, ...uncounted]
    const opening = decideOpening(
      standing,
      messages.map(({ seq }) => seq),
    )
    if (opening.act === 'count') again.push(thread)
    if (opening.act !== 'open') return
    const place = { site, visitor: thread.visitor, conversation: newId() }
    const at = timeOf({ messages }, opening.openedSeq) ?? now
    fresh.push({ place, at, openedSeq: opening.openedSeq, askedSeq: opening.askedSeq })
  })
  return { fresh, again }
}

/** Returns whether there is such a site. */
async function insertConversations(tx: Tx, site: SiteId, fresh: readonly NewConversation[]): Promise<boolean> {
  const inserted = await tx.query(
    `insert into conversations (site_id, id, visitor_id, status, opened_at, opened_seq, queued_at, waiting_since, asked_seq)
     select s.id, n.id, n.visitor, 'queued', n.at, n.opened_seq, n.at, n.at, n.asked_seq
     from sites s cross join unnest($2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::bigint[])
       as n (id, visitor, at, opened_seq, asked_seq)
     where s.id = $1 returning 1`,
    [
      site,
      fresh.map(({ place }) => place.conversation),
      fresh.map(({ place }) => place.visitor),
      fresh.map(({ at }) => at),
      fresh.map(({ openedSeq }) => openedSeq),
      fresh.map(({ askedSeq }) => askedSeq),
    ],
  )
  return inserted.length > 0
}

/** Tells threads their places in the queue, and agents why nobody took them. Returns how many are queued. */
async function tellQueued(tx: Tx, fresh: readonly NewConversation[], { assigned, candidates }: Drained, { now }: Moment): Promise<number> {
  const served = new Set(assigned.map(({ place }) => place.conversation))
  const queued = fresh.map(({ place }) => place).filter(({ conversation }) => !served.has(conversation))
  const pick = pickAgent(candidates)
  // An agent is free, but very many wait: the next transaction assigns them in a moment.
  if ('chosen' in pick) return queued.length
  const told = (await queuePositions(tx, queued)).flatMap(({ place, position }) => [
    { place, event: { type: 'conversation.queued' as const, data: { position, reason: pick.reason } } },
    { place, event: tellDecision({ position }, pick.considered) },
  ])
  await writeEvents(tx, told, now)
  return queued.length
}

/** What was overlooked has its conversation now. Comes last: rows of agents are taken before those of conversations. */
async function settleOverlooked(tx: Tx, site: SiteId, visitors: readonly VisitorId[]): Promise<void> {
  const text = 'update conversations set asked_seq = resolved_seq where site_id = $1 and visitor_id = any($2) and overlooked'
  await tx.query(text, [site, visitors])
}

/** Visitors who wrote once more before a resolve that did not see it, and have no conversation for it yet. */
export function overlookedThreads(db: Db): Promise<Thread[]> {
  return db.query<Thread>('select distinct site_id as site, visitor_id as visitor from conversations where overlooked limit 100')
}
