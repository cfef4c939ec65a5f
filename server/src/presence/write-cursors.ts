import type { SiteId, VisitorId } from '@usher-chat/sdk/protocol'
import type { Tx } from '../db/connect-db.ts'

/** How far somebody has read a thread. */
export interface Cursor {
  site: SiteId
  visitor: VisitorId
  /** `visitor`, or an agent's id. */
  reader: string
  seq: number
  /** When the pulse came. */
  at: Date
}

export const cursorKey = ({ site, visitor, reader }: Pick<Cursor, 'site' | 'visitor' | 'reader'>): string => `${site}.${visitor}.${reader}`

/**
 * Moves read cursors forward in one statement, never back. Returns the keys of those whose visitor Postgres knows; a thread
 * that nothing was written in yet gets no row.
 */
export async function writeCursors(tx: Tx, cursors: Iterable<Cursor>): Promise<Set<string>> {
  const values = [...cursors]
  const rows = await tx.query<Pick<Cursor, 'site' | 'visitor' | 'reader'>>(
    `with known as (
       select c.* from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as c (site, visitor, reader, seq)
       join visitors v on v.site_id = c.site and v.id = c.visitor
     ), written as (
       insert into read_cursors as r (site_id, visitor_id, reader, seq)
       select site, visitor, reader, seq from known order by site, visitor, reader
       on conflict (site_id, visitor_id, reader) do update set seq = excluded.seq where excluded.seq > r.seq
     )
     select site, visitor, reader from known`,
    [
      values.map(({ site }) => site),
      values.map(({ visitor }) => visitor),
      values.map(({ reader }) => reader),
      values.map(({ seq }) => seq),
    ],
  )
  return new Set(rows.map(cursorKey))
}
