const leastMs = 200
const mostMs = 5_000

/** Full jitter: anything between 0.2 s and a bound that doubles with every try, up to 5 s. `attempt` counts from 1. */
export function retryDelay(attempt: number, random: () => number): number {
  const bound = Math.min(mostMs, leastMs * 2 ** attempt)
  return leastMs + random() * (bound - leastMs)
}
