import type { Tx } from '../connect-db.ts'
import type { EventPlace } from './write-events.ts'

/** A queued conversation and its place in the queue of its site, 1 is next. */
export interface QueuePosition {
  place: EventPlace
  position: number
}

/** Where conversations stand in their queues, the first first. The order of a queue: who waited longest, then who wrote first. */
export async function queuePositions(tx: Tx, places: readonly Pick<EventPlace, 'site' | 'conversation'>[]): Promise<QueuePosition[]> {
  if (places.length === 0) return []
  // Queues are walked once, however many places are asked for: on an opening night thousands ask at once.
  const rows = await tx.query<EventPlace & { position: number }>(
    `with asked as (select * from unnest($1::text[], $2::text[]) as p (site, id)), queues as (
       select site_id, visitor_id, id, queued_at, opened_seq, row_number() over (partition by site_id order by queued_at, opened_seq) as position
       from conversations where status = 'queued' and site_id in (select site from asked)
     )
     select q.site_id as site, q.visitor_id as visitor, q.id as conversation, q.position
     from queues q join asked a on a.site = q.site_id and a.id = q.id order by q.queued_at, q.opened_seq`,
    [places.map(({ site }) => site), places.map(({ conversation }) => conversation)],
  )
  return rows.map(({ position, ...place }) => ({ place, position }))
}
