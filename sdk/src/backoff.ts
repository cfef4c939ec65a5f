export interface BackoffRange {
  /** Ceiling of the first wait, ms. */
  base: number
  /** Ceiling of all waits, ms. */
  max: number
}

/** Dialling: the first retry comes within 0.5 s, later ones within 30 s. */
export const dialBackoff: BackoffRange = { base: 500, max: 30_000 }

/** Reading again what a gap hides: soon, for a reader must not stay behind. */
export const readBackoff: BackoffRange = { base: 250, max: 15_000 }

/**
 * Full jitter: a random wait below a ceiling that doubles, so that a thousand clients of a dead server do not come back at once.
 * `attempt` counts from 0, `random` is 0 ≤ x < 1. From the second attempt on it waits at least half of `base`: never a busy loop.
 */
export function backoff(attempt: number, random: number, { base, max }: BackoffRange): number {
  const ceiling = Math.min(max, base * 2 ** Math.min(attempt, 30))
  const floor = attempt === 0 ? 0 : Math.min(base, ceiling) / 2
  return Math.round(floor + random * (ceiling - floor))
}
