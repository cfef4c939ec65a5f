import type { Tx } from '../db/connect-db.ts'
import type { MessageRow } from '../db/message-row.ts'
import { jsonArray, plainArray } from './array-literal.ts'
import { keepFirst } from './keep-first.ts'
import { type ThreadChange, threadChanges } from './thread-changes.ts'

/**
 * Stores rows, given in the order of the stream, and what follows from them, inside the caller's transaction. Gives the rows that
 * were new; the others had been stored before, under this seq (a redelivery) or another one (a late retry). Messages are claimed in
 * the order of the stream and threads changed in the order of their ids, so that writers wait for each other instead of deadlocking.
 */
export async function storeRows(tx: Tx, rows: readonly MessageRow[]): Promise<MessageRow[]> {
  const { fresh, known } = await insertMessages(tx, rows)
  if (known.length > 0) await keepFirst(tx, known)
  if (fresh.length > 0) {
    const changes = threadChanges(fresh)
    await updateVisitors(tx, changes)
    await updateWaiting(tx, changes)
  }
  const events = rows.filter((row) => row.author.role === 'server').map((row) => row.id)
  if (events.length > 0) await deleteFromOutbox(tx, events)
  return fresh
}

/** Inserts the rows whose id nobody has claimed before; the first of two in one batch wins. */
async function insertMessages(tx: Tx, rows: readonly MessageRow[]): Promise<{ fresh: MessageRow[]; known: MessageRow[] }> {
  const known = await tx.prepared<{ seq: number }>(
    'store messages',
    `with input as materialized (
       select * from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $10::boolean[])
         as i (site_id, visitor_id, seq, at, id, author_role, author_id, kind, body, internal)
     ), claimed as (
       insert into message_ids (site_id, visitor_id, message_id, author_id, seq, at)
       select site_id, visitor_id, id, author_id, seq, at from input on conflict do nothing returning seq
     ), stored as (
       insert into messages (site_id, visitor_id, seq, at, id, author_role, author_id, kind, body, internal)
       select i.* from input i join claimed using (seq)
     )
     select seq from input except all select seq from claimed`,
    [
      plainArray(rows.map((row) => row.site)),
      plainArray(rows.map((row) => row.visitor)),
      plainArray(rows.map((row) => row.seq)),
      plainArray(rows.map((row) => row.at.toISOString())),
      plainArray(rows.map((row) => row.id)),
      plainArray(rows.map((row) => row.author.role)),
      plainArray(rows.map((row) => row.author.id)),
      plainArray(rows.map((row) => row.kind)),
      jsonArray(rows.map((row) => row.body)),
      plainArray(rows.map((row) => row.internal)),
    ],
  )
  const seqs = new Set(known.map((row) => row.seq))
  return { fresh: rows.filter((row) => !seqs.has(row.seq)), known: rows.filter((row) => seqs.has(row.seq)) }
}

/** The visitor's row is made by their first message. Newer seqs win, in whatever order servers come. */
async function updateVisitors(tx: Tx, changes: readonly ThreadChange[]): Promise<void> {
  await tx.prepared(
    'update visitors',
    `insert into visitors as v (site_id, id, first_seen_at, last_seen_at, last_seq, last_message, asked_seq, asked_at, answered_seq)
     select site, visitor, first_at, coalesce(asked_at, first_at), last_seq, last_message, asked_seq, asked_at, answered_seq
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::jsonb[], $6::bigint[], $7::timestamptz[], $8::bigint[])
       as c (site, visitor, first_at, last_seq, last_message, asked_seq, asked_at, answered_seq)
     on conflict (site_id, id) do update set
       last_seen_at = greatest(v.last_seen_at, excluded.asked_at),
       last_seq = greatest(v.last_seq, excluded.last_seq),
       last_message = case
         when excluded.last_message is null or (v.last_message ->> 'seq')::bigint > (excluded.last_message ->> 'seq')::bigint then v.last_message
         else excluded.last_message end,
       asked_at = case when excluded.asked_seq > v.asked_seq then excluded.asked_at else v.asked_at end,
       asked_seq = greatest(v.asked_seq, excluded.asked_seq),
       answered_seq = greatest(v.answered_seq, excluded.answered_seq)`,
    [
      plainArray(changes.map((change) => change.site)),
      plainArray(changes.map((change) => change.visitor)),
      plainArray(changes.map((change) => change.firstAt.toISOString())),
      plainArray(changes.map((change) => change.lastSeq)),
      jsonArray(changes.map((change) => change.lastMessage)),
      plainArray(changes.map((change) => change.askedSeq)),
      plainArray(changes.map((change) => change.askedAt?.toISOString() ?? null)),
      plainArray(changes.map((change) => change.answeredSeq)),
    ],
  )
}

/**
 * Since when visitors wait: a question starts the wait unless one is running, an answer ends it. An answer that is written
 * after a newer question (by another server) leaves the wait of that question.
 */
async function updateWaiting(tx: Tx, changes: readonly ThreadChange[]): Promise<void> {
  const spoken = changes.filter((change) => change.askedSeq > 0 || change.answeredSeq > 0)
  if (spoken.length === 0) return
  await tx.prepared(
    'update waiting',
    `with wanted as (
       select c.site_id, c.id, case
         when v.answered_seq >= v.asked_seq then null
         when t.answered then coalesce(t.waiting_since, v.asked_at)
         else coalesce(c.waiting_since, t.waiting_since) end as since
       from unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[], $5::timestamptz[])
         with ordinality as t (site, visitor, seq, answered, waiting_since, n)
       join visitors v on v.site_id = t.site and v.id = t.visitor
       join conversations c on c.site_id = t.site and c.visitor_id = t.visitor and c.status <> 'resolved' and c.opened_seq <= t.seq
       order by t.n
       for no key update of c
     )
     update conversations c set waiting_since = w.since from wanted w
     where c.site_id = w.site_id and c.id = w.id and c.waiting_since is distinct from w.since`,
    [
      plainArray(spoken.map((change) => change.site)),
      plainArray(spoken.map((change) => change.visitor)),
      plainArray(spoken.map((change) => Math.max(change.askedSeq, change.answeredSeq))),
      plainArray(spoken.map((change) => change.answeredSeq > 0)),
      plainArray(spoken.map((change) => change.waitingSince?.toISOString() ?? null)),
    ],
  )
}

/** What stands in `messages` need not be published again. */
async function deleteFromOutbox(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.prepared(
    'forget outbox',
    'delete from outbox where id in (select id from outbox where id = any($1::uuid[]) order by id for update)',
    [ids],
  )
}
