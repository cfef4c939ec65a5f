import type { Tx } from '../db/connect-db.ts'
import type { ThreadBatch } from './group-by-thread.ts'

/**
 * The threads without late copies: a message that its author sent again after the stream had forgotten its id stands in
 * Postgres under an older seq, and opens nothing.
 */
export async function withoutCopies(tx: Tx, threads: readonly ThreadBatch[]): Promise<ThreadBatch[]> {
  const all = threads.flatMap(({ site, visitor, messages }) => messages.map(({ id, seq }) => ({ site, visitor, id, seq })))
  const copies = await tx.prepared<{ seq: number }>(
    'late copies',
    // The limit keeps Postgres to one look into the index for each; a join it may do by reading the whole table, at every batch.
    `select a.seq from unnest($1::text[], $2::text[], $3::uuid[], $4::bigint[]) as a (site, visitor, id, seq)
     cross join lateral (
       select from message_ids m
       where m.site_id = a.site and m.visitor_id = a.visitor and m.message_id = a.id and m.author_id = a.visitor and m.seq < a.seq limit 1
     ) earlier`,
    [all.map(({ site }) => site), all.map(({ visitor }) => visitor), all.map(({ id }) => id), all.map(({ seq }) => seq)],
  )
  if (copies.length === 0) return [...threads]
  const late = new Set(copies.map(({ seq }) => seq))
  return threads.map((thread) => ({ ...thread, messages: thread.messages.filter(({ seq }) => !late.has(seq)) }))
}
