import { type ConversationId, newId, type SiteId, type VisitorId } from '@usher-chat/sdk/protocol'
import type { Db, Tx } from '../db/connect-db.ts'
import { lockUnresolved } from '../db/conversations/conversation-row.ts'
import { lockSite } from '../db/conversations/lock-site.ts'
import { writeEvents } from '../db/conversations/write-events.ts'
import { decideOpening, type Standing } from './decide-opening.ts'
import { type Assignment, type Drained, drainQueue } from './drain-queue.ts'
import { pickAgent } from './pick-agent.ts'
import type { Moment } from './read-candidates.ts'
import { tellDecision } from './tell-decision.ts'

/** A message of a visitor: its seq, and when the stream stored it. */
export interface Arrival {
  seq: number
  at: Date
}

/** Messages of one visitor; none: only look for overlooked ones. */
export interface Arrivals {
  site: SiteId
  visitor: VisitorId
  messages: readonly Arrival[]
}

/** What became of them, and whom the queue was drained to by the way. */
export interface Opened {
  outcome: 'opened' | 'counted' | 'nothing' | 'site_unknown'
  /** The opened conversation has no agent yet. */
  queued: boolean
  assigned: Assignment[]
}

const without = (outcome: Opened['outcome']): Opened => ({ outcome, queued: false, assigned: [] })

/**
 * Opens a conversation for what a visitor wrote, unless it belongs to one that stands already, and assigns or queues it: one
 * transaction, with its events. Safe to repeat.
 */
export function openConversation(db: Db, arrivals: Arrivals, moment: Moment): Promise<Opened> {
  return db.transaction(async (tx) => {
    const { site, visitor } = arrivals
    await lockSite(tx, site)
    const unresolved = await lockUnresolved(tx, site, visitor)
    const { resolvedSeq, overlookedSeq } = await readResolved(tx, site, visitor)
    const standing: Standing = { unresolved, resolvedSeq }
    const overlooked = overlookedSeq > resolvedSeq ? [resolvedSeq + 1, overlookedSeq] : []
    const opening = decideOpening(standing, [...arrivals.messages.map(({ seq }) => seq), ...overlooked])
    if (opening.act === 'nothing') return without('nothing')
    if (opening.act === 'count') {
      await countMessages(tx, arrivals, { ...opening, at: timeOf(arrivals, opening.openedSeq) })
      return without('counted')
    }
    const conversation = await insertConversation(tx, arrivals, { ...opening, at: timeOf(arrivals, opening.openedSeq) ?? moment.now })
    if (conversation === undefined) return without('site_unknown')
    await writeEvents(tx, { site, visitor, conversation }, [{ type: 'conversation.opened', data: {} }], moment.now)
    const drained = await drainQueue(tx, site, moment)
    const queued = await queueUnlessAssigned(tx, { site, visitor, conversation }, drained, moment)
    if (overlooked.length > 0) await settleOverlooked(tx, site, visitor)
    return { outcome: 'opened', queued, assigned: drained.assigned }
  })
}

/** When the message of this seq was stored; undefined when it is not at hand. */
const timeOf = ({ messages }: Arrivals, seq: number): Date | undefined => messages.find((message) => message.seq === seq)?.at

/** Where the visitor's resolved conversations end, and the newest message that came before a resolve and was not seen by it. */
async function readResolved(tx: Tx, site: SiteId, visitor: VisitorId): Promise<{ resolvedSeq: number; overlookedSeq: number }> {
  const [row] = await tx.query<{ resolvedSeq: number | null; overlookedSeq: number | null }>(
    `select max(resolved_seq) as "resolvedSeq", max(asked_seq) filter (where asked_seq > resolved_seq) as "overlookedSeq"
     from conversations where site_id = $1 and visitor_id = $2 and status = 'resolved'`,
    [site, visitor],
  )
  return { resolvedSeq: row?.resolvedSeq ?? 0, overlookedSeq: row?.overlookedSeq ?? 0 }
}

/** The new conversation's id; undefined when there is no such site any more. */
async function insertConversation(
  tx: Tx,
  { site, visitor }: Arrivals,
  { openedSeq, askedSeq, at }: { openedSeq: number; askedSeq: number; at: Date },
): Promise<ConversationId | undefined> {
  const id = newId()
  const inserted = await tx.query(
    `insert into conversations (site_id, id, visitor_id, status, opened_at, opened_seq, queued_at, waiting_since, asked_seq)
     select id, $2, $3, 'queued', $4, $5, $4, $4, $6 from sites where id = $1 returning id`,
    [site, id, visitor, at, openedSeq, askedSeq],
  )
  return inserted.length > 0 ? id : undefined
}

/** An earlier message that was read later makes the conversation, and its place in the queue, earlier. */
async function countMessages(
  tx: Tx,
  { site, visitor }: Arrivals,
  { openedSeq, askedSeq, at }: { openedSeq: number; askedSeq: number; at: Date | undefined },
): Promise<void> {
  await tx.query(
    `update conversations set asked_seq = $4, opened_seq = $3,
       opened_at = case when opened_seq > $3 then least(opened_at, $5::timestamptz) else opened_at end,
       queued_at = case when opened_seq > $3 then least(queued_at, $5::timestamptz) else queued_at end
     where site_id = $1 and visitor_id = $2 and status <> 'resolved'`,
    [site, visitor, openedSeq, askedSeq, at],
  )
}

/** The overlooked message has its conversation now. */
async function settleOverlooked(tx: Tx, site: SiteId, visitor: VisitorId): Promise<void> {
  const text = 'update conversations set asked_seq = resolved_seq where site_id = $1 and visitor_id = $2 and asked_seq > resolved_seq'
  await tx.query(text, [site, visitor])
}

/** Tells the thread its place in the queue, and agents why nobody took it. Returns whether it is queued. */
async function queueUnlessAssigned(
  tx: Tx,
  place: { site: SiteId; visitor: VisitorId; conversation: ConversationId },
  { assigned, candidates }: Drained,
  { now }: Moment,
): Promise<boolean> {
  if (assigned.some(({ conversation }) => conversation === place.conversation)) return false
  const pick = pickAgent(candidates)
  // An agent is free, but others wait in front: the next transaction gets to it.
  if ('chosen' in pick) return true
  const [row] = await tx.query<{ position: number }>(
    `select count(*) as position from conversations q join conversations c on c.site_id = q.site_id
     where c.site_id = $1 and c.id = $2 and q.status = 'queued' and (q.queued_at, q.id) <= (c.queued_at, c.id)`,
    [place.site, place.conversation],
  )
  const position = row?.position ?? 1
  const queued = { type: 'conversation.queued' as const, data: { position, reason: pick.reason } }
  await writeEvents(tx, place, [queued, tellDecision({ position }, pick.considered)], now)
  return true
}

/** Visitors who wrote once more before a resolve that did not see it, and have no conversation for it yet. */
export function overlookedVisitors(db: Db): Promise<{ site: SiteId; visitor: VisitorId }[]> {
  return db.query<{ site: SiteId; visitor: VisitorId }>(
    'select distinct site_id as site, visitor_id as visitor from conversations where asked_seq > resolved_seq limit 100',
  )
}
