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

/** What is told where. */
export interface Told {
  place: EventPlace
  event: NewEvent
}

/**
 * Puts events on their way to the stream, in this order, in the transaction of the changes they tell of. The relay publishes
 * them after the commit. The caller holds the rows of the conversations, so the order within a thread is that of the changes.
 */
export async function writeEvents(tx: Tx, told: readonly Told[], now: Date): Promise<void> {
  if (told.length === 0) return
  const ids = told.map(() => newMessageId(now.getTime()))
  await tx.query(
    `insert into outbox (id, site_id, visitor_id, internal, payload)
     select id, site, visitor, internal, payload
     from unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::jsonb[]) with ordinality as e (id, site, visitor, internal, payload, n)
     order by n`,
    [
      ids,
      told.map(({ place }) => place.site),
      told.map(({ place }) => place.visitor),
      told.map(({ event }) => isInternal[event.type]),
      told.map(({ place, event }, i) => JSON.stringify({ v: 1, id: ids[i], conversation: place.conversation, ...event })),
    ],
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
