import type { InternalEvent, MessageId, SiteId, ThreadEvent, VisitorId } from '@usher-chat/sdk/protocol'
import type { Tx } from '../db/connect-db.ts'

/** An event on its way to the stream. */
export interface OutboxRow {
  id: MessageId
  site: SiteId
  visitor: VisitorId
  internal: boolean
  payload: ThreadEvent | InternalEvent
}

/** Never published, or published and not stored by history in time. */
export type Due = 'new' | 'again'

export interface ReadDue {
  due: Due
  /** Time that history has, ms. */
  patienceMs: number
  /** Threads to leave out, `<site>.<visitor>`. */
  except: readonly string[]
  limit: number
}

const conditions: Record<Due, string> = {
  new: 'published_at is null and $3::float8 is not null',
  // Twice as patient after each try: once the stream has forgotten an event's id, every try stores one more copy of it.
  again: `published_at < now() - greatest($3 * interval '1 ms', published_at - created_at)`,
}

/** Events to publish, in order. */
export function readDue(tx: Tx, { due, patienceMs, except, limit }: ReadDue): Promise<OutboxRow[]> {
  return tx.query<OutboxRow>(
    `select id, site_id as site, visitor_id as visitor, internal, payload from outbox
     where ${conditions[due]} and not (site_id || '.' || visitor_id = any($1::text[])) order by ordinal limit $2`,
    [except, limit, patienceMs],
  )
}

/** Notes that these were published. A row that history is deleting at this moment is left to it. */
export async function markPublished(tx: Tx, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    // The transaction began before the publishing did; `now()` would be too early.
    `update outbox set published_at = clock_timestamp()
     where id in (select id from outbox where id = any($1::uuid[]) for update skip locked)`,
    [rows.map(({ id }) => id)],
  )
}
