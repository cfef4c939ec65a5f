import type { SiteId } from '@usher-chat/sdk/protocol'
import type { HttpDeps } from '../http-deps.ts'

/** Is an agent of the site online, and was heard of lately enough to be believed? */
export async function isSiteOnline({ db, config, now }: Pick<HttpDeps, 'db' | 'config' | 'now'>, site: SiteId): Promise<boolean> {
  const heardSince = new Date(now() - config.USHER_AGENT_GONE_MS)
  const [row] = await db.query<{ online: boolean }>(
    `select exists (
       select 1 from team_members m join agents a on a.id = m.agent_id
       where m.site_id = $1 and a.presence = 'online' and a.deactivated_at is null and a.last_seen_at > $2
     ) as online`,
    [site, heardSince],
  )
  return row?.online ?? false
}
