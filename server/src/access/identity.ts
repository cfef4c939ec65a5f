import { createHmac, timingSafeEqual } from 'node:crypto'
import { UsherError } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import type { Person } from './visitor-token.ts'

/** The longest an identity may still be valid when it is shown, ms. */
export const maxIdentityTtlMs = 24 * 60 * 60_000

/** Clocks of two servers may differ by this much, ms. */
const skewMs = 60_000

const maxLength = 4_096

// Postgres stores neither NUL nor half a surrogate pair.
const storable = v.check((text: string) => !/\p{Surrogate}|\0/u.test(text), 'not well-formed Unicode')
const text = (max: number) => v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(max), storable)))
const seconds = v.pipe(v.number(), v.finite())

const header = v.object({ alg: v.literal('HS256'), typ: v.optional(v.string()) })

const claims = v.object({
  sub: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200), storable),
  name: text(100),
  email: text(200),
  exp: seconds,
  nbf: v.optional(seconds),
  aud: v.optional(v.union([v.string(), v.array(v.string())])),
})

export interface VerifyIdentityOptions {
  token: string
  /** The site's identity secret, as text. */
  secret: string
  /** Names the site goes by; an `aud` must be one of them. */
  audience: readonly string[]
  /** ms since 1970. */
  now: number
}

/**
 * Checks the HS256 JWT with which a site's backend vouches for a person: `sub` (≤ 200 characters) and `exp` (≤ 24 h ahead) are required,
 * `name`, `email`, `nbf` and `aud` are optional. Throws `identity_invalid`; the sentence gives nothing away, `cause` tells why.
 */
export function verifyIdentity({ token, secret, audience, now }: VerifyIdentityOptions): Person {
  const [head = '', body = '', mac = '', ...rest] = token.length <= maxLength ? token.split('.') : []
  if (head === '' || mac === '' || rest.length > 0) throw refused('not a JWT')
  if (!v.is(header, readJson(head))) throw refused('its algorithm is not HS256')
  if (!isSame(sign(secret, `${head}.${body}`), Buffer.from(mac, 'base64url'))) throw refused('its signature is wrong')
  const read = v.safeParse(claims, readJson(body))
  if (!read.success) throw refused(`its claims are wrong at ${v.getDotPath(read.issues[0]) ?? 'the root'}`)
  const { sub, name, email, exp, nbf, aud } = read.output
  if (exp * 1000 <= now - skewMs) throw refused('it has expired')
  if (exp * 1000 > now + maxIdentityTtlMs + skewMs) throw refused('it is valid for more than 24 h')
  if (nbf !== undefined && nbf * 1000 > now + skewMs) throw refused('it is not valid yet')
  if (aud !== undefined && ![aud].flat().some((name) => audience.includes(name))) throw refused('it is meant for somebody else')
  return { sub, ...(name ? { name } : {}), ...(email ? { email } : {}) }
}

/** Signs an identity, as a site's backend does. `ttlMs` at most 24 h; default one hour. */
export function signIdentity(options: { secret: string; person: Person; now: number; ttlMs?: number }): string {
  const { secret, person, now, ttlMs = 60 * 60_000 } = options
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...person, exp: Math.floor((now + ttlMs) / 1000) })}`
  return `${signed}.${sign(secret, signed).toString('base64url')}`
}

const sign = (secret: string, signed: string): Buffer => createHmac('sha256', secret).update(signed).digest()

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

function readJson(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}

const refused = (why: string): UsherError =>
  new UsherError('identity_invalid', 'unable to start a session; the identity is not valid', { cause: new Error(why) })
