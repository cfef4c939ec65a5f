import { UsherError } from '@usher-chat/sdk/protocol'
import type { AgentLogin } from '../access/agent-sessions.ts'
import { addressKey, callerAddress } from '../access/caller-address.ts'
import { createRateLimit } from '../access/rate-limit.ts'
import { isSameOrigin, ownOriginsOf } from '../access/same-origin.ts'
import type { Site } from '../access/sites.ts'
import { type VisitorClaims, verifyVisitorToken } from '../access/visitor-token.ts'
import { type HttpContext, sourceOf } from './http-context.ts'
import type { HttpDeps } from './http-deps.ts'
import { readSessionCookie, writeSessionCookie } from './session-cookie.ts'

/** Who may call a route, and what is known about them once they may. */
export interface Callers {
  /** Whoever asks. */
  anyone: undefined
  /** A page that carries the tag; it names its site in the body. `admit` checks its origin against that site. */
  page: { admit(site: Site): void }
  /** Somebody who holds a visitor token. */
  visitor: { claims: VisitorClaims; site: Site }
  /** Somebody at our own origin who is not logged in. */
  stranger: { address: string }
  /** A logged-in agent, at our own origin. */
  agent: AgentLogin
}

/** One check per kind of caller. Throws an `UsherError` when they may not. */
export type Doors = { [Who in keyof Callers]: (c: HttpContext) => Promise<Callers[Who]> }

/** Calls one visitor may make in 10 s. */
const visitorCalls = 60

export function createDoors(deps: HttpDeps): Doors {
  const { config, sites, now } = deps
  const ownOrigins = ownOriginsOf(config.url)
  const sessions = createRateLimit({ limit: config.USHER_SESSIONS, windowMs: 10_000, now })
  const calls = createRateLimit({ limit: visitorCalls, windowMs: 10_000, now })

  const addressOf = (c: HttpContext) => addressKey(callerAddress(sourceOf(c), config.USHER_TRUST_PROXY))
  const admit = (c: HttpContext, site: Site, doing: string): void => {
    const origin = c.req.header('origin')
    // Programs send none; the origin protects people in browsers, the token protects the thread.
    if (origin === undefined || ownOrigins.includes(origin) || sites.allows(origin, site.id)) return
    throw new UsherError('origin_not_allowed', `unable to ${doing}; origin ${originText(origin)} is not in the allowed list of this site`)
  }

  return {
    anyone: async () => undefined,
    async page(c) {
      const wait = sessions.take(addressOf(c))
      if (wait > 0) throw tooFast('start a session', wait)
      return { admit: (site) => admit(c, site, 'start a session') }
    },
    async visitor(c) {
      const claims = readVisitor(c, deps)
      const wait = calls.take(`${claims.site}.${claims.visitor}`)
      if (wait > 0) throw tooFast('answer', wait)
      const site = await sites.byId(claims.site)
      if (!site) throw new UsherError('site_unknown', 'unable to continue the session; its site no longer exists')
      admit(c, site, 'continue the session')
      return { claims, site }
    },
    async stranger(c) {
      requireSameOrigin(c, ownOrigins)
      return { address: addressOf(c) }
    },
    async agent(c) {
      requireSameOrigin(c, ownOrigins)
      return findAgent(c, deps)
    },
  }
}

function readVisitor(c: HttpContext, { keys, revocations, now }: HttpDeps): VisitorClaims {
  const token = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (token === undefined) throw new UsherError('unauthenticated', 'unable to answer; the visitor token is missing')
  const claims = verifyVisitorToken(keys.tokenSecret, token, now())
  if (revocations.isRevoked(claims.visitor, claims.issuedAt)) {
    throw new UsherError('session_revoked', 'unable to continue the session; it was ended')
  }
  return claims
}

async function findAgent(c: HttpContext, { agentSessions }: HttpDeps): Promise<AgentLogin> {
  const token = readSessionCookie(c)
  const found = token === undefined ? undefined : await agentSessions.find(token)
  if (token === undefined || !found) throw new UsherError('unauthenticated', 'unable to answer; you are not logged in')
  if (found.prolonged) writeSessionCookie(c, token)
  return found.agent
}

function requireSameOrigin(c: HttpContext, ownOrigins: readonly string[]): void {
  const source = {
    method: c.req.method,
    secFetchSite: c.req.header('sec-fetch-site'),
    origin: c.req.header('origin'),
    contentType: c.req.header('content-type'),
  }
  if (!isSameOrigin(source, ownOrigins)) throw new UsherError('forbidden', 'unable to do that; the request comes from another website')
}

const tooFast = (doing: string, wait: number): UsherError =>
  new UsherError('rate_limited', `unable to ${doing}; too many requests, try again in ${wait} ms`, { retryAfterMs: wait })

/** The origin for a sentence: whatever else was sent in its place is not repeated. */
const originText = (origin: string): string => (/^[a-z][a-z0-9+.-]{0,20}:\/\/[\w.:[\]-]{1,255}$/i.test(origin) ? origin : '(unreadable)')
