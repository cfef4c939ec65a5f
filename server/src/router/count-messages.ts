import type { Tx } from '../db/connect-db.ts'
import { decideOpening } from './decide-opening.ts'
import { type Arrivals, timeOf } from './group-by-thread.ts'
import { readStandings } from './read-standings.ts'

interface Count<Thread extends Arrivals> {
  thread: Thread
  conversation: string
  openedSeq: number
  askedSeq: number
}

/**
 * The common case: messages in a conversation that stands already are counted to it. Returns the threads that are not done by
 * that: their messages open a conversation, or somebody has just resolved the one they were counted to.
 */
export async function countMessages<Thread extends Arrivals>(tx: Tx, threads: readonly Thread[]): Promise<Thread[]> {
  const standings = await readStandings(tx, threads)
  const counts: Count<Thread>[] = []
  const left = new Set<Thread>()
  threads.forEach((thread, i) => {
    const standing = standings[i]
    if (standing === undefined) return
    const opening = decideOpening(
      standing,
      thread.messages.map(({ seq }) => seq),
    )
    if (opening.act === 'nothing') return
    left.add(thread)
    if (opening.act === 'count' && standing.unresolved !== undefined)
      counts.push({ ...opening, thread, conversation: standing.unresolved.id })
  })
  const counted = new Set(await write(tx, counts))
  for (const { thread, conversation } of counts) if (counted.has(conversation)) left.delete(thread)
  return [...left]
}

/** Conversations that were still unresolved. An earlier message that was read later makes them, and their place in the queue, earlier. */
async function write(tx: Tx, counts: readonly Count<Arrivals>[]): Promise<string[]> {
  if (counts.length === 0) return []
  const rows = await tx.prepared<{ id: string }>(
    'count messages',
    `with counts as (
       select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::timestamptz[]) as n (site, id, first, last, at)
     ), taken as (
       select c.site_id, c.id, n.first, n.last, n.at from counts n join conversations c on c.site_id = n.site and c.id = n.id
       where c.status <> 'resolved' order by c.site_id, c.visitor_id for no key update of c
     )
     update conversations c set
       asked_seq = greatest(c.asked_seq, t.last),
       opened_seq = least(c.opened_seq, t.first),
       opened_at = case when t.first < c.opened_seq then least(c.opened_at, t.at) else c.opened_at end,
       queued_at = case when t.first < c.opened_seq then least(c.queued_at, t.at) else c.queued_at end
     from taken t where c.site_id = t.site_id and c.id = t.id returning c.id`,
    [
      counts.map(({ thread }) => thread.site),
      counts.map(({ conversation }) => conversation),
      counts.map(({ openedSeq }) => openedSeq),
      counts.map(({ askedSeq }) => askedSeq),
      counts.map(({ thread, openedSeq }) => timeOf(thread, openedSeq) ?? null),
    ],
  )
  return rows.map(({ id }) => id)
}
