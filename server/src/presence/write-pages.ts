import type { PageView, SiteId, VisitorId } from '@usher-chat/sdk/protocol'
import type { Tx } from '../db/connect-db.ts'

/** Where a visitor is. */
export interface Whereabouts {
  site: SiteId
  visitor: VisitorId
  page: PageView
  at: Date
}

// Postgres stores neither NUL nor half a surrogate pair; one of them would fail the whole statement.
const unstorable = /\p{Surrogate}|\0/gu
const storable = (text: string): string => text.replace(unstorable, '\ufffd')

/** Notes in one statement where visitors are and that they were seen. Who never wrote has no row, and gets none. */
export async function writePages(tx: Tx, pages: Iterable<Whereabouts>): Promise<void> {
  const values = [...pages]
  await tx.query(
    `with here as (
       select * from unnest($1::text[], $2::text[], $3::jsonb[], $4::timestamptz[]) as h (site, visitor, page, at)
     ), taken as (
       select v.site_id, v.id, h.page, h.at from here h join visitors v on v.site_id = h.site and v.id = h.visitor
       order by v.site_id, v.id for no key update of v
     )
     update visitors v set page = t.page, last_seen_at = greatest(v.last_seen_at, t.at)
     from taken t where v.site_id = t.site_id and v.id = t.id`,
    [
      values.map(({ site }) => site),
      values.map(({ visitor }) => visitor),
      values.map(({ page }) => JSON.stringify({ url: storable(page.url), title: storable(page.title) })),
      values.map(({ at }) => at),
    ],
  )
}
