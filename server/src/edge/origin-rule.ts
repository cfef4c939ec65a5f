import type { SiteId } from '@usher-chat/sdk/protocol'
import type { VerifiedUser } from '../access/user-jwt.ts'

export interface OriginRuleOptions {
  /** Origins of the console and the demo, as browsers write them: `https://chat.example`. */
  ownOrigins: readonly string[]
  /** May pages of this origin talk for this site? */
  siteAllows(site: SiteId, origin: string): boolean | Promise<boolean>
}

/** Is a client of this origin let in with this token? */
export type OriginAllowed = (origin: string | undefined, user: VerifiedUser) => boolean | Promise<boolean>

/**
 * Visitors come from pages of their site or from our own; agents only from our own. A client without Origin is no browser: it could
 * forge one, so asking for it would keep nobody out. A wrong one, though, is a page that uses its visitor's token where it must not.
 */
export function originRule({ ownOrigins, siteAllows }: OriginRuleOptions): OriginAllowed {
  return async (origin, { role, sites }) => {
    if (origin === undefined || ownOrigins.includes(origin)) return true
    if (role === 'agent') return false
    const allowed = await Promise.all(sites.map((site) => siteAllows(site, origin)))
    return allowed.includes(true)
  }
}
