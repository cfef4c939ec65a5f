import type { ConversationId, SiteId, VisitorId } from '@usher-chat/sdk/protocol'
import type { Tx } from '../db/connect-db.ts'
import type { Standing } from './decide-opening.ts'

/** A visitor's conversations, as Postgres has them. */
export type StoredStanding = Standing & { unresolved: { id: ConversationId; openedSeq: number; askedSeq: number } | undefined }

interface Row {
  n: number
  id: ConversationId
  openedSeq: number
  askedSeq: number
  resolvedSeq: number | null
}

/** What stands of these visitors' conversations: one answer for each, in this order. No row is taken. */
export async function readStandings(tx: Tx, visitors: readonly { site: SiteId; visitor: VisitorId }[]): Promise<StoredStanding[]> {
  // The last two are enough: one unresolved, and the resolved one before it.
  const rows = await tx.prepared<Row>(
    'standings',
    `select v.n, c.id, c.opened_seq as "openedSeq", c.asked_seq as "askedSeq", c.resolved_seq as "resolvedSeq"
     from unnest($1::text[], $2::text[]) with ordinality as v (site, visitor, n)
     cross join lateral (
       select * from conversations where site_id = v.site and visitor_id = v.visitor order by opened_seq desc limit 2
     ) c`,
    [visitors.map(({ site }) => site), visitors.map(({ visitor }) => visitor)],
  )
  const standings = visitors.map((): StoredStanding => ({ unresolved: undefined, resolvedSeq: 0, overlookedSeq: 0 }))
  for (const row of rows) addTo(standings[row.n - 1], row)
  return standings
}

function addTo(standing: StoredStanding | undefined, { id, openedSeq, askedSeq, resolvedSeq }: Row): void {
  if (standing === undefined) return
  if (resolvedSeq === null) {
    standing.unresolved = { id, openedSeq, askedSeq }
    return
  }
  standing.resolvedSeq = Math.max(standing.resolvedSeq, resolvedSeq)
  if (askedSeq > resolvedSeq) standing.overlookedSeq = Math.max(standing.overlookedSeq, askedSeq)
}
