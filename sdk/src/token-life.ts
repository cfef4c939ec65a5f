import { readClaims } from './read-claims.ts'

/**
 * How long a JWT lives from its making, ms: `exp − iat` of its claims, so that a wrong clock on this device does not matter.
 * `fallback` when it cannot be read.
 */
export function tokenLifeMs(jwt: string, fallback = 600_000): number {
  const { iat, exp } = readClaims(jwt)
  const life = (Number(exp) - Number(iat)) * 1000
  return life > 0 && Number.isFinite(life) ? life : fallback
}
