import type { Tx } from '../db/connect-db.ts'
import type { ThreadBatch } from './group-by-thread.ts'

/**
 * The common case, in one statement for a whole batch: messages in a conversation that stands already are counted to it.
 * Returns the threads that are done. A conversation somebody is changing at this moment, or whose beginning is later than one
 * of these messages, is not among them.
 */
export async function countMessages(tx: Tx, threads: readonly ThreadBatch[]): Promise<Set<ThreadBatch>> {
  const rows = await tx.query<{ n: number }>(
    `with arrived as (
       select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) with ordinality as a (site, visitor, first, last, n)
     ), taken as (
       select c.site_id, c.id, a.last, a.n from arrived a
       join conversations c on c.site_id = a.site and c.visitor_id = a.visitor and c.status <> 'resolved' and c.opened_seq <= a.first
       for no key update of c skip locked
     )
     update conversations c set asked_seq = greatest(c.asked_seq, t.last) from taken t
     where c.site_id = t.site_id and c.id = t.id returning t.n`,
    [
      threads.map(({ site }) => site),
      threads.map(({ visitor }) => visitor),
      threads.map(({ messages }) => Math.min(...messages.map(({ seq }) => seq))),
      threads.map(({ messages }) => Math.max(...messages.map(({ seq }) => seq))),
    ],
  )
  return new Set(rows.flatMap(({ n }) => threads[n - 1] ?? []))
}

/**
 * The threads without late copies: a message that its author sent again after the stream had forgotten its id stands in
 * Postgres under an older seq, and opens nothing.
 */
export async function withoutCopies(tx: Tx, threads: readonly ThreadBatch[]): Promise<ThreadBatch[]> {
  const all = threads.flatMap(({ site, visitor, messages }) => messages.map(({ id, seq }) => ({ site, visitor, id, seq })))
  const copies = await tx.query<{ seq: number }>(
    `select a.seq from unnest($1::text[], $2::text[], $3::uuid[], $4::bigint[]) as a (site, visitor, id, seq)
     join message_ids m on m.site_id = a.site and m.visitor_id = a.visitor and m.message_id = a.id and m.author_id = a.visitor and m.seq < a.seq`,
    [all.map(({ site }) => site), all.map(({ visitor }) => visitor), all.map(({ id }) => id), all.map(({ seq }) => seq)],
  )
  if (copies.length === 0) return [...threads]
  const late = new Set(copies.map(({ seq }) => seq))
  return threads.map((thread) => ({ ...thread, messages: thread.messages.filter(({ seq }) => !late.has(seq)) }))
}
