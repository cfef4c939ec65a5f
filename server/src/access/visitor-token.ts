import { createHmac, timingSafeEqual } from 'node:crypto'
import { id, type SiteId, UsherError, type VisitorId } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { base32 } from './nkeys.ts'

/** Life of a visitor token from its last session on, ms: a year. */
export const visitorTokenTtlMs = 365 * 24 * 60 * 60_000

/** The person the site's backend vouched for. */
export type Person = Readonly<{
  /** The site's own id of the person. */
  sub: string
  name?: string | undefined
  email?: string | undefined
}>

/** What a visitor token says: which visitor of which site, since when (ms since 1970), and who they are, once identified. */
export type VisitorClaims = Readonly<{ site: SiteId; visitor: VisitorId; issuedAt: number; person?: Person | undefined }>

const version = 'v1'

const payload = v.object({
  s: id,
  v: id,
  iat: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  p: v.optional(v.object({ sub: v.string(), name: v.optional(v.string()), email: v.optional(v.string()) })),
})

/** Signs a visitor token: `v1.<claims>.<HMAC-SHA256>`, base64url. It is kept by the visitor's browser and shown at every call. */
export function signVisitorToken(secret: Uint8Array, claims: VisitorClaims): string {
  const { site, visitor, issuedAt, person } = claims
  const body = Buffer.from(JSON.stringify({ s: site, v: visitor, iat: issuedAt, p: person })).toString('base64url')
  return `${version}.${body}.${signature(secret, body).toString('base64url')}`
}

/** Checks a visitor token. Throws `token_invalid` or `token_expired`; whether it is revoked is another question. */
export function verifyVisitorToken(secret: Uint8Array, token: string, now: number): VisitorClaims {
  const [head, body = '', mac = '', ...rest] = token.split('.')
  if (head !== version || rest.length > 0 || !isSame(signature(secret, body), Buffer.from(mac, 'base64url'))) throw invalid()
  const { s: site, v: visitor, iat: issuedAt, p: person } = readPayload(body)
  if (issuedAt + visitorTokenTtlMs <= now)
    throw new UsherError('token_expired', 'unable to continue the session; its token is older than a year')
  return { site, visitor, issuedAt, person }
}

/**
 * The visitor id of a person the site vouches for: the same on every device, server and day, and impossible to guess. It hangs on the
 * servers' secret, not on the site's: a site that replaces a leaked secret keeps its threads.
 */
export function visitorIdOf(secret: Uint8Array, site: SiteId, sub: string): VisitorId {
  const digest = createHmac('sha256', secret).update(`visitor-id\0${site}\0${sub}`).digest()
  return base32(digest.subarray(0, 20)).toLowerCase()
}

function readPayload(body: string): v.InferOutput<typeof payload> {
  try {
    return v.parse(payload, JSON.parse(Buffer.from(body, 'base64url').toString()))
  } catch {
    throw invalid()
  }
}

// The prefix keeps this use of the secret apart from every other one.
const signature = (secret: Uint8Array, body: string): Buffer =>
  createHmac('sha256', secret).update(`visitor-token\0${version}.${body}`).digest()

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

const invalid = (): UsherError => new UsherError('token_invalid', 'unable to continue the session; its token is not valid')
