import {
  type ConversationId,
  type InternalEvent,
  newMessageId,
  type SiteId,
  type ThreadEvent,
  type VisitorId,
} from '@usher-chat/sdk/protocol'
import type { Tx } from '../connect-db.ts'

/** The thread an event goes to, and the conversation it tells of. */
export interface EventPlace {
  site: SiteId
  visitor: VisitorId
  conversation: ConversationId
}

type Fact<Event> = Event extends { type: infer Type; data: infer Data } ? { type: Type; data: Data } : never

/** An event without its envelope. */
export type NewEvent = Fact<ThreadEvent> | Fact<InternalEvent>

/**
 * Puts events on their way to the stream, in this order, in the transaction of the change they tell of. The relay publishes
 * them after the commit. The caller holds the row of the conversation, so the order within a thread is that of the changes.
 */
export async function writeEvents(tx: Tx, place: EventPlace, events: readonly NewEvent[], now: Date): Promise<void> {
  const ids = events.map(() => newMessageId(now.getTime()))
  const payloads = events.map((event, i) => JSON.stringify({ v: 1, id: ids[i], conversation: place.conversation, ...event }))
  const internal = events.map(({ type }) => isInternal[type])
  await tx.query(
    `insert into outbox (id, site_id, visitor_id, internal, payload)
     select id, $1, $2, internal, payload
     from unnest($3::uuid[], $4::boolean[], $5::jsonb[]) with ordinality as e (id, internal, payload, n)
     order by n`,
    [place.site, place.visitor, ids, internal, payloads],
  )
}

const isInternal: Record<NewEvent['type'], boolean> = {
  'conversation.opened': false,
  'conversation.queued': false,
  'conversation.assigned': false,
  'conversation.resolved': false,
  'conversation.reopened': false,
  'routing.decided': true,
}
