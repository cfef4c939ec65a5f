import {
  newId,
  type Session,
  type SessionRequest,
  type SiteSettings,
  session,
  sessionRequest,
  UsherError,
  type VisitorId,
} from '@usher-chat/sdk/protocol'
import { verifyIdentity } from '../../access/identity.ts'
import type { Site } from '../../access/sites.ts'
import { mintVisitorJwt } from '../../access/user-jwt.ts'
import { type Person, signVisitorToken, type VisitorClaims, verifyVisitorToken, visitorIdOf } from '../../access/visitor-token.ts'
import { edgeUrl } from '../edge-url.ts'
import { isDatabaseAway } from '../error-body.ts'
import type { HttpDeps } from '../http-deps.ts'
import { isSiteOnline } from '../queries/is-site-online.ts'
import { type KnownVisitor, readVisitor } from '../queries/read-visitor.ts'
import { seeVisitor } from '../queries/see-visitor.ts'
import { defineRoute } from '../route.ts'
import { siteTexts } from '../site-texts.ts'

/** Whose session it is. `known`: somebody we may have met, so Postgres is worth asking. */
interface Guest {
  visitor: VisitorId
  person: Person | undefined
  known: boolean
}

export const createSession = (deps: HttpDeps) =>
  defineRoute({
    method: 'post',
    path: '/v1/session',
    id: 'createSession',
    tag: 'Visitor',
    summary: 'Start or continue a session',
    description:
      'Tells a page everything it needs to show the chat and to open the socket. Nothing is stored until the visitor writes. ' +
      'With a `token` of an earlier session the visitor stays the same; with an `identity` they are the person the site vouches for, on every device.',
    who: 'page',
    body: sessionRequest,
    status: 201,
    answer: session,
    errors: [
      'site_unknown',
      'origin_not_allowed',
      'identity_invalid',
      'session_revoked',
      'validation_failed',
      'rate_limited',
      'service_unavailable',
    ],
    async handle({ caller, body }) {
      const site = await deps.sites.byKey(body.site)
      if (!site) throw new UsherError('site_unknown', 'unable to start a session; no site has this key')
      caller.admit(site)
      const epoch = deps.epoch()
      if (epoch === undefined) throw notReady()
      const guest = receive(deps, site, body)
      const [known, online] = await Promise.all([
        remember(deps, site, guest, body),
        ifAwake(deps, () => isSiteOnline(deps, site.id), false),
      ])
      return { ...welcome(deps, site, guest, known), epoch, site: settingsOf(site, online) }
    },
  })

function receive(deps: HttpDeps, site: Site, request: SessionRequest): Guest {
  const { keys, now } = deps
  if (request.identity !== undefined) {
    const audience = [site.id, site.key]
    const person = verifyIdentity({ token: request.identity, secret: site.identitySecret, audience, now: now() })
    return { visitor: visitorIdOf(keys.tokenSecret, site.id, person.sub), person, known: true }
  }
  const claims = request.token === undefined ? undefined : readToken(deps, site, request.token)
  return claims ? { visitor: claims.visitor, person: claims.person, known: true } : { visitor: newId(), person: undefined, known: false }
}

/** The claims of an earlier session. A token that is worth nothing here starts a new visitor; only a revoked one is refused. */
function readToken({ keys, revocations, now }: HttpDeps, site: Site, token: string): VisitorClaims | undefined {
  const claims = readOrNothing(() => verifyVisitorToken(keys.tokenSecret, token, now()))
  if (claims?.site !== site.id) return undefined
  if (revocations.isRevoked(claims.visitor, claims.issuedAt)) {
    throw new UsherError('session_revoked', 'unable to continue the session; it was ended')
  }
  return claims
}

function readOrNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** What Postgres knows of the visitor; it hears in turn that they are here. */
function remember(deps: HttpDeps, site: Site, { visitor, person, known }: Guest, { page, locale }: SessionRequest): Promise<KnownVisitor> {
  if (!known) return Promise.resolve({ lastSeq: 0, unread: 0 })
  return ifAwake(
    deps,
    async () => {
      const seen = await seeVisitor(deps.db, { site: site.id, visitor, person, page, locale, now: new Date(deps.now()) })
      return seen ? readVisitor(deps.db, site.id, visitor) : { lastSeq: 0, unread: 0 }
    },
    { lastSeq: 0, unread: 0 },
  )
}

/** With Postgres away a session starts all the same: chats go on, and what is not known now shows up later. */
async function ifAwake<T>(deps: HttpDeps, ask: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    deps.log.warn({ reason: String(error) }, 'a session starts without Postgres')
    return otherwise
  }
}

function welcome(
  deps: HttpDeps,
  site: Site,
  { visitor, person }: Guest,
  known: KnownVisitor,
): Pick<Session, 'visitor' | 'token' | 'nats' | 'thread'> {
  const { config, keys, revocations } = deps
  // A token minted in the second of a revocation must not look older than it.
  const now = Math.max(deps.now(), revocations.notBefore(visitor))
  const { jwt, expiresAt } = mintVisitorJwt({ keys, site: site.id, visitor, now })
  const name = person?.name ?? known.name
  const { lastSeq, unread, conversation } = known
  return {
    visitor: { id: visitor, ...(name === undefined ? {} : { name }), identified: person !== undefined },
    token: signVisitorToken(keys.tokenSecret, { site: site.id, visitor, issuedAt: now, person }),
    nats: { url: edgeUrl(config.url), jwt, expiresAt: new Date(expiresAt).toISOString() },
    thread: { lastSeq, unread, ...(conversation ? { conversation } : {}) },
  }
}

const settingsOf = (site: Site, online: boolean): SiteSettings => ({
  id: site.id,
  name: site.name,
  theme: { color: site.color, position: site.position },
  texts: siteTexts(site),
  online,
  typingPreview: site.typingPreview,
})

const notReady = (): UsherError =>
  new UsherError('service_unavailable', 'unable to start a session; the server is still starting', { retryAfterMs: 1_000 })
