import { createHmac, timingSafeEqual } from 'node:crypto'

/** Who holds a token of a peer: a visitor has one thread, which carries their id. */
export interface PeerPerson {
  role: 'visitor' | 'agent'
  /** Its number; agents see the threads of theirs. */
  site: number
  id: string
}

/** `<role>.<site>.<id>.<signature>`: as cheap as a signed token can be. */
export function signPeerToken(secret: string, { role, site, id }: PeerPerson): string {
  const claims = `${role}.${site}.${id}`
  return `${claims}.${signatureOf(secret, claims)}`
}

/** The person of a token; undefined when it is not ours. */
export function readPeerToken(secret: string, token: unknown): PeerPerson | undefined {
  const [role, site, id, signature] = typeof token === 'string' ? token.split('.') : []
  if ((role !== 'visitor' && role !== 'agent') || id === undefined || signature === undefined) return undefined
  const expected = Buffer.from(signatureOf(secret, `${role}.${site}.${id}`))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected) ? { role, site: Number(site), id } : undefined
}

const signatureOf = (secret: string, claims: string): string => createHmac('sha256', secret).update(claims).digest('base64url')
