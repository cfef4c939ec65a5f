import { decode, readChatSubject } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import type { Aftermath, StoredRow } from './observed.ts'
import type { Person } from './people.ts'
import type { Cluster } from './start-cluster.ts'

interface Row {
  thread: string
  seq: number
  id: string
  author: string
  kind: string
  body: { text?: string; type?: string; conversation?: string }
  internal: boolean
}

/** Everything in `messages`, in the order of threads and seqs. */
export async function readStored({ db, site }: Cluster): Promise<StoredRow[]> {
  const rows = await db.query<Row>(
    'select visitor_id as thread, seq, id, author_id as author, kind, body, internal from messages where site_id = $1 order by visitor_id, seq',
    [site],
  )
  return rows.map(({ kind, body, ...row }) => ({
    ...row,
    ...(kind === 'event' ? { event: { type: body.type ?? '', conversation: body.conversation ?? '' } } : { text: body.text ?? '' }),
  }))
}

/** Every message in the stream. */
export async function readStream({ bus }: Cluster): Promise<Aftermath['stream']> {
  const found: Aftermath['stream'] = []
  for (let after = 0; ; ) {
    const next = await bus.getNext({ afterSeq: after, subjectFilter: 'chat.>' })
    if (next === undefined) return found
    after = next.seq
    const thread = readChatSubject(next.subject)?.visitor ?? next.subject
    const payload = decode(v.object({ id: v.string() }), next.data)
    found.push({ thread, id: payload?.id ?? '' })
  }
}

/** What the workers have not finished, and events that are not out yet. */
export async function readBacklog({ bus, db }: Cluster): Promise<Aftermath['backlog']> {
  const [history, router, [outbox]] = await Promise.all([
    bus.consumerInfo('history'),
    bus.consumerInfo('router'),
    db.query<{ count: number }>('select count(*)::int as count from outbox'),
  ])
  return { history: history.pending + history.unacked, router: router.pending + router.unacked, outbox: outbox?.count ?? 0 }
}

/** Visitors who wrote something that lies in no conversation, or whose conversation waits although agents have room. */
export async function readStuck({ db, site }: Cluster): Promise<string[]> {
  const rows = await db.query<{ visitor: string }>(
    `select distinct m.visitor_id as visitor from messages m where m.site_id = $1 and m.author_role = 'visitor' and not exists (
       select 1 from conversations c where c.site_id = m.site_id and c.visitor_id = m.visitor_id
         and (m.seq <= c.resolved_seq or c.status = 'open' and m.seq >= c.opened_seq))
     union select visitor_id from conversations where site_id = $1 and status = 'queued'`,
    [site],
  )
  return rows.map(({ visitor }) => visitor)
}

/** Reads everything older, so that screens show whole threads. */
export async function scrollToTheTop(people: readonly Person[]): Promise<void> {
  for (const thread of people.flatMap((person) => person.threads())) {
    while (thread.status.getSnapshot().hasOlder) {
      await thread.loadOlder()
      if (thread.status.getSnapshot().error !== undefined) break
    }
  }
}
