import type { SiteId, VisitorId } from '@usher-chat/sdk/protocol'
import type { Db, Tx } from '../db/connect-db.ts'
import type { Arrival, Thread } from './group-by-thread.ts'
import type { Unrouted } from './sweep-unrouted.ts'

/** Where the last resolved conversation of a visitor ends; 0 if there is none. */
interface End {
  site: SiteId
  visitor: VisitorId
  resolvedSeq: number
}

/**
 * The first and the last message that each of these visitors wrote behind that end, as far as history has stored them: one answer for
 * each, in this order. The stream may have lost what the router never saw of it; Postgres has not.
 */
export async function readUncounted(tx: Tx, ends: readonly End[]): Promise<Arrival[][]> {
  const rows = await tx.query<{ n: number } & Arrival>(
    `select e.n, m.seq, m.at from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as e (site, visitor, resolved_seq, n)
     cross join lateral (
       (select seq, at from messages where site_id = e.site and visitor_id = e.visitor and seq > e.resolved_seq and author_role = 'visitor'
        order by seq limit 1)
       union
       (select seq, at from messages where site_id = e.site and visitor_id = e.visitor and seq > e.resolved_seq and author_role = 'visitor'
        order by seq desc limit 1)
     ) m`,
    [ends.map(({ site }) => site), ends.map(({ visitor }) => visitor), ends.map(({ resolvedSeq }) => resolvedSeq)],
  )
  const found = ends.map((): Arrival[] => [])
  for (const { n, seq, at } of rows) found[n - 1]?.push({ seq, at })
  return found
}

/** Visitors that one look passes over: 61 ms of a busy machine, with a million of them there. */
const lookedAtOnce = 20_000

/**
 * Of the next visitors behind `after`, in the order of their keys, those whose stored messages lie in no conversation although they have
 * none that is unresolved; and the last one looked at, undefined when there are no more.
 */
export async function readUnrouted(db: Db, after: Thread | undefined, limit = lookedAtOnce): Promise<Unrouted> {
  const rows = await db.query<Thread & { unrouted: boolean; place: number }>(
    `with looked as materialized (
       select site_id, id, asked_seq, row_number() over (order by site_id, id)::int as place
       from visitors where (site_id, id) > ($1, $2) order by site_id, id limit $3
     ), judged as (
       select v.site_id as site, v.id as visitor, v.place, v.asked_seq > 0 and not exists (
         select from conversations c where c.site_id = v.site_id and c.visitor_id = v.id
           and (c.status <> 'resolved' or c.resolved_seq >= v.asked_seq)) as unrouted
       from looked v
     )
     select * from judged where unrouted or place = $3 order by place`,
    [after?.site ?? '', after?.visitor ?? '', limit],
  )
  const places = rows.map(({ site, visitor }) => ({ site, visitor }))
  return { threads: places.filter((_, i) => rows[i]?.unrouted), last: places.find((_, i) => rows[i]?.place === limit) }
}
