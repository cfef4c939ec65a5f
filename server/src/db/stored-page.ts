import type { SiteId, VisitorId } from '@usher-chat/sdk/protocol'
import type { PageQuestion } from './assemble-page.ts'
import type { Tx } from './connect-db.ts'
import type { MessageRow } from './message-row.ts'

/** A thread. */
interface Place {
  site: SiteId
  visitor: VisitorId
}

/** The rows Postgres has of a page, one more than its limit when there are more. */
export function readStoredPage(tx: Tx, question: Place & PageQuestion): Promise<MessageRow[]> {
  const { site, visitor, reader, after, before, limit } = question
  return tx.query<MessageRow>(
    `select site_id as site, visitor_id as visitor, seq, at, id, json_build_object('role', author_role, 'id', author_id) as author,
       kind, body, internal
     from messages where site_id = $1 and visitor_id = $2 and seq > $3 and seq < $4 ${reader === 'visitor' ? 'and not internal' : ''}
     order by seq ${after === undefined ? 'desc' : 'asc'} limit $5`,
    [site, visitor, after ?? -1, before ?? Number.MAX_SAFE_INTEGER, limit + 1],
  )
}

/** What a page tells besides messages. */
export interface ThreadFacts {
  /** The visitor's name, once known. */
  name: string | undefined
  /** How far the visitor, and the agent who read furthest, have read. */
  read: { visitor: number; agent: number }
}

export async function readThreadFacts(tx: Tx, { site, visitor }: Place): Promise<ThreadFacts> {
  const [facts] = await tx.query<{ name: string | null; visitor: number; agent: number }>(
    `select (select name from visitors where site_id = $1 and id = $2) as name,
       coalesce(max(seq) filter (where reader = 'visitor'), 0) as visitor,
       coalesce(max(seq) filter (where reader <> 'visitor'), 0) as agent
     from read_cursors where site_id = $1 and visitor_id = $2`,
    [site, visitor],
  )
  return { name: facts?.name ?? undefined, read: { visitor: facts?.visitor ?? 0, agent: facts?.agent ?? 0 } }
}

/** Where Postgres holds these messages, by identity. */
export async function readStoredSeqs(tx: Tx, { site, visitor }: Place, rows: readonly MessageRow[]): Promise<Map<string, number>> {
  if (rows.length === 0) return new Map()
  const found = await tx.query<{ id: string; author: string; seq: number }>(
    'select message_id as id, author_id as author, seq from message_ids where site_id = $1 and visitor_id = $2 and message_id = any($3::uuid[])',
    [site, visitor, rows.map((row) => row.id)],
  )
  return new Map(found.map(({ id, author, seq }) => [`${author}:${id}`, seq]))
}
