import type { Tx } from '../db/connect-db.ts'
import type { MessageRow } from '../db/message-row.ts'
import { plainArray } from './array-literal.ts'

interface Late {
  site: string
  visitor: string
  id: string
  author: string
  /** Where the message was stored, and where it belongs. */
  seq: number
  at: Date
  firstSeq: number
  firstAt: Date
}

/**
 * A message that was sent again stands where it was first. Batches are written side by side, so the second copy may have been
 * stored before the first came: then the stored row moves to the first one's place, and all readers see one order.
 */
export async function keepFirst(tx: Tx, rows: readonly MessageRow[]): Promise<void> {
  const late = await tx.query<Late>(
    `select m.site_id as site, m.visitor_id as visitor, m.message_id as id, m.author_id as author, m.seq, m.at,
       r.seq as "firstSeq", r.at as "firstAt"
     from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::bigint[], $6::timestamptz[]) as r (site, visitor, id, author, seq, at)
     join message_ids m on m.site_id = r.site and m.message_id = r.id and m.author_id = r.author and m.visitor_id = r.visitor
     where m.seq > r.seq order by m.site_id, m.visitor_id, m.seq for update of m`,
    [
      plainArray(rows.map((row) => row.site)),
      plainArray(rows.map((row) => row.visitor)),
      plainArray(rows.map((row) => row.id)),
      plainArray(rows.map((row) => row.author.id)),
      plainArray(rows.map((row) => row.seq)),
      plainArray(rows.map((row) => row.at.toISOString())),
    ],
  )
  for (const { site, visitor, id, author, seq, at, firstSeq, firstAt } of late) {
    await tx.query('update messages set seq = $5, at = $6 where site_id = $1 and visitor_id = $2 and seq = $3 and at = $4', [
      site,
      visitor,
      seq,
      at,
      firstSeq,
      firstAt,
    ])
    await tx.query('update message_ids set seq = $4, at = $5 where site_id = $1 and message_id = $2 and author_id = $3', [
      site,
      id,
      author,
      firstSeq,
      firstAt,
    ])
  }
}
