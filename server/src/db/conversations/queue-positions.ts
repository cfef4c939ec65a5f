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
  const rows = await tx.query<EventPlace & { position: number }>(
    `select c.site_id as site, c.visitor_id as visitor, c.id as conversation,
       (select count(*) from conversations q
        where q.site_id = c.site_id and q.status = 'queued' and (q.queued_at, q.opened_seq) <= (c.queued_at, c.opened_seq)) as position
     from unnest($1::text[], $2::text[]) as p (site, id) join conversations c on c.site_id = p.site and c.id = p.id and c.status = 'queued'
     order by c.queued_at, c.opened_seq`,
    [places.map(({ site }) => site), places.map(({ conversation }) => conversation)],
  )
  return rows.map(({ position, ...place }) => ({ place, position }))
}
