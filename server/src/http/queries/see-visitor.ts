import type { PageView, SiteId, VisitorId, VisitorPatch } from '@usher-chat/sdk/protocol'
import type { Person } from '../../access/visitor-token.ts'
import type { Db, Tx } from '../../db/connect-db.ts'

/** A sign of life of a visitor, with what it tells about them. */
export interface Sighting {
  site: SiteId
  visitor: VisitorId
  /** Whom the site vouches for; their name and e-mail stand above typed ones. */
  person: Person | undefined
  page?: PageView | undefined
  locale?: string | undefined
  now: Date
}

/** Updates the row of a visitor who has one; whether they do. */
export async function seeVisitor(db: Tx, { site, visitor, person, page, locale, now }: Sighting): Promise<boolean> {
  const rows = await db.query(
    `update visitors set last_seen_at = greatest(last_seen_at, $3), page = coalesce($4, page), locale = coalesce($5, locale),
       external_id = coalesce(external_id, $6), name = coalesce($7, name), email = coalesce($8, email)
     where site_id = $1 and id = $2 returning 1`,
    [site, visitor, now, json(page), locale, person?.sub, person?.name, person?.email],
  )
  return rows.length > 0
}

/** Makes or updates the row of a visitor who writes. */
export async function writeVisitor(db: Db, sighting: Sighting & { typed: VisitorPatch }): Promise<void> {
  const { site, visitor, person, typed, now } = sighting
  const values = [site, visitor, now, json(typed.page), typed.locale, person?.sub, person?.name ?? typed.name, person?.email ?? typed.email]
  await db.transaction(async (tx) => {
    if (person) await freeExternalId(tx, site, visitor, person.sub)
    await tx.query(
      `insert into visitors as v (site_id, id, first_seen_at, last_seen_at, page, locale, external_id, name, email)
       values ($1, $2, $3, $3, $4, $5, $6, $7, $8)
       on conflict (site_id, id) do update set last_seen_at = greatest(v.last_seen_at, excluded.last_seen_at),
         page = coalesce(excluded.page, v.page), locale = coalesce(excluded.locale, v.locale),
         external_id = coalesce(v.external_id, excluded.external_id), name = coalesce(excluded.name, v.name), email = coalesce(excluded.email, v.email)`,
      values,
    )
  })
}

/** After the servers' secret was replaced a person has a new visitor id; their older thread keeps its row but not their mark. */
async function freeExternalId(tx: Tx, site: SiteId, visitor: VisitorId, sub: string): Promise<void> {
  await tx.query('update visitors set external_id = null where site_id = $1 and external_id = $2 and id <> $3', [site, sub, visitor])
}

const json = (page: PageView | undefined): string | undefined => (page === undefined ? undefined : JSON.stringify(page))
