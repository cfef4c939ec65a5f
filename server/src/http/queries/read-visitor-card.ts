import type { PageView, SiteId, VisitorCard, VisitorId } from '@usher-chat/sdk/protocol'
import type { Db } from '../../db/connect-db.ts'
import { and, eq, visitors } from '../../db/orm.ts'

/** A visitor as the database holds them; null for what is unknown. */
export interface VisitorRow {
  id: VisitorId
  name: string | null
  email: string | null
  externalId: string | null
  locale: string | null
  page: PageView | null
  firstSeenAt: Date
  lastSeenAt: Date
}

export const toVisitorCard = ({ id, name, email, externalId, locale, page, firstSeenAt, lastSeenAt }: VisitorRow): VisitorCard => ({
  id,
  ...(name === null ? {} : { name }),
  ...(email === null ? {} : { email }),
  identified: externalId !== null,
  ...(locale === null ? {} : { locale }),
  ...(page === null ? {} : { page }),
  firstSeenAt: firstSeenAt.toISOString(),
  lastSeenAt: lastSeenAt.toISOString(),
})

export async function readVisitorCard(db: Db, site: SiteId, visitor: VisitorId): Promise<VisitorCard | undefined> {
  const [row] = await db.orm
    .select()
    .from(visitors)
    .where(and(eq(visitors.siteId, site), eq(visitors.id, visitor)))
  return row && toVisitorCard(row)
}
