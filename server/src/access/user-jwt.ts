import { createHmac } from 'node:crypto'
import { type AgentId, type ClientRole, idPattern, isId, type SiteId, UsherError, type VisitorId } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { encodeJwt, isSignedBy, readJwt } from './jwt.ts'
import { encodePublicKey, type KeyPair } from './nkeys.ts'

/** Lives of the tokens, ms; clients renew at 70 %. */
export const visitorJwtTtlMs = 30 * 60_000
export const agentJwtTtlMs = 60 * 60_000

/** No token of ours is longer, bytes: room for an agent of 60 sites, and half of what nats-server reads as one line. */
export const maxJwtBytes = 4 * 1024

/** The part of the server's keys that minting and checking need. */
export type MintingKeys = Readonly<{ account: string; visitor: KeyPair; agent: KeyPair; userSecret: Uint8Array }>

/** A token for NATS and when it ends, ms since 1970. */
export type MintedJwt = Readonly<{ jwt: string; expiresAt: number }>

/** What a valid token says about its bearer; times in ms since 1970. */
export type VerifiedUser = Readonly<{ role: ClientRole; id: string; sites: readonly SiteId[]; issuedAt: number; expiresAt: number }>

/** A bearer token for one visitor of one site. Throws `invalid_argument` for an id outside the grammar. */
export function mintVisitorJwt(options: { keys: MintingKeys; site: SiteId; visitor: VisitorId; ttlMs?: number; now: number }): MintedJwt {
  const { keys, site, visitor, ttlMs = visitorJwtTtlMs, now } = options
  return mint(keys, 'visitor', visitor, [site], now, ttlMs)
}

/** A bearer token for one agent, with all sites they serve. Throws `invalid_argument` for an id outside the grammar, or no site at all. */
export function mintAgentJwt(options: {
  keys: MintingKeys
  sites: readonly SiteId[]
  agent: AgentId
  ttlMs?: number
  now: number
}): MintedJwt {
  const { keys, sites, agent, ttlMs = agentJwtTtlMs, now } = options
  return mint(keys, 'agent', agent, sites, now, ttlMs)
}

/** The NATS public key of an id: the same on every server, so the operator can revoke it by account as well. */
export function userPublicKey(secret: Uint8Array, id: string): string {
  return encodePublicKey('U', createHmac('sha256', secret).update(id).digest())
}

function mint(keys: MintingKeys, role: ClientRole, id: string, sites: readonly SiteId[], now: number, ttlMs: number): MintedJwt {
  // A name of `*` would open every thread, so nothing outside the grammar is ever signed.
  for (const name of [id, ...sites]) {
    if (!isId(name)) throw new UsherError('invalid_argument', `unable to mint a token; "${name}" is not an id`)
  }
  if (sites.length === 0) throw new UsherError('invalid_argument', 'unable to mint a token; no site given')
  const iat = Math.floor(now / 1000)
  const exp = Math.floor((now + ttlMs) / 1000)
  const nats = { issuer_account: keys.account, tags: sites.map((site) => `site:${site}`), type: 'user', version: 2 }
  const jwt = encodeJwt({ sub: userPublicKey(keys.userSecret, id), name: id, iat, exp, nats }, keys[role])
  if (jwt.length > maxJwtBytes) throw new UsherError('invalid_argument', `unable to mint a token; ${sites.length} sites do not fit in it`)
  return { jwt, expiresAt: exp * 1000 }
}

/** Exactly what `mint` writes. A token with rights of its own, or of another shape, is not ours. */
const userClaims = v.strictObject({
  jti: v.string(),
  iss: v.string(),
  sub: v.string(),
  name: v.pipe(v.string(), v.regex(idPattern)),
  iat: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  exp: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  nats: v.strictObject({
    issuer_account: v.string(),
    tags: v.pipe(v.array(v.pipe(v.string(), v.regex(/^site:[a-z0-9]{16,32}$/))), v.minLength(1)),
    type: v.literal('user'),
    version: v.literal(2),
  }),
})

/**
 * Checks a client's token the way nats-server will, and harder: one of our two scoped keys signed it, it is about one
 * well-formed id, and it has not ended. Throws `token_expired` or `token_invalid`.
 */
export function verifyUserJwt(keys: MintingKeys, token: string, now: number): VerifiedUser {
  const read = token.length <= maxJwtBytes ? readJwt(token) : undefined
  const parsed = v.safeParse(userClaims, read?.claims)
  if (read === undefined || !parsed.success) throw invalid('it is not one of ours')
  const claims = parsed.output
  const role = roleOf(keys, claims.iss)
  if (role === undefined || claims.nats.issuer_account !== keys.account) throw invalid('its issuer is unknown')
  if (!isSignedBy(keys[role].verifyKey, read.signed, read.signature)) throw invalid('its signature is wrong')
  if (claims.sub !== userPublicKey(keys.userSecret, claims.name)) throw invalid('its key is not that of its name')
  if (role === 'visitor' && claims.nats.tags.length !== 1) throw invalid('a visitor has one site')
  if (claims.exp * 1000 <= now) throw new UsherError('token_expired', 'unable to use the token; it has expired')
  const sites = claims.nats.tags.map((tag) => tag.slice('site:'.length))
  return { role, id: claims.name, sites, issuedAt: claims.iat * 1000, expiresAt: claims.exp * 1000 }
}

function roleOf(keys: MintingKeys, issuer: string): ClientRole | undefined {
  if (issuer === keys.visitor.publicKey) return 'visitor'
  return issuer === keys.agent.publicKey ? 'agent' : undefined
}

const invalid = (reason: string): UsherError => new UsherError('token_invalid', `unable to use the token; ${reason}`)
