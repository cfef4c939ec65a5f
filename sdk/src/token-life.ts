/**
 * How long a JWT lives from its making, ms: `exp − iat` of its claims, so that a wrong clock on this device does not matter.
 * `fallback` when it cannot be read.
 */
export function tokenLifeMs(jwt: string, fallback = 600_000): number {
  try {
    const part = jwt.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')
    const claims = JSON.parse(atob(part)) as { iat?: unknown; exp?: unknown }
    const life = (Number(claims.exp) - Number(claims.iat)) * 1000
    return life > 0 && Number.isFinite(life) ? life : fallback
  } catch {
    return fallback
  }
}
