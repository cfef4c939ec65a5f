import { readClaims } from './read-claims.ts'

/** Whom a visitor token stands for. */
export interface TokenOwner {
  /** The visitor's. */
  id: string
  /** The site has vouched for them. */
  identified: boolean
}

/** Reads a visitor token, which proves nothing here: only the server can. Undefined where there is none, or none that can be read. [R26] */
export function tokenOwner(token: string | null | undefined): TokenOwner | undefined {
  const { v: id, p: person } = readClaims(token)
  return typeof id === 'string' ? { id, identified: person !== undefined } : undefined
}
