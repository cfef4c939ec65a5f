export interface RateLimit {
  /** Takes one token of this key: 0 when there was one, else how long until there is, ms. */
  take(key: string): number
  /** Gives one token back: what happened does not count. */
  refund(key: string): void
}

export interface RateLimitOptions {
  /** Tokens of a full bucket. */
  limit: number
  /** Time in which an empty bucket fills, ms. */
  windowMs: number
  /** ms since 1970. */
  now: () => number
  /** Keys remembered; beyond it the longest unused is forgotten. */
  maxKeys?: number
}

interface Bucket {
  tokens: number
  at: number
}

/** Token buckets by key, in memory: each server counts for itself. */
export function createRateLimit({ limit, windowMs, now, maxKeys = 50_000 }: RateLimitOptions): RateLimit {
  // A Map keeps the order of insertion, so its first key is the longest unused one.
  const buckets = new Map<string, Bucket>()
  const perMs = limit / windowMs

  function filled(key: string): Bucket {
    const at = now()
    const bucket = buckets.get(key)
    buckets.delete(key)
    const tokens = bucket ? Math.min(limit, bucket.tokens + (at - bucket.at) * perMs) : limit
    const next = { tokens, at }
    buckets.set(key, next)
    if (buckets.size > maxKeys) buckets.delete(buckets.keys().next().value ?? key)
    return next
  }

  return {
    take(key) {
      const bucket = filled(key)
      if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perMs)
      bucket.tokens -= 1
      return 0
    },
    refund(key) {
      const bucket = filled(key)
      bucket.tokens = Math.min(limit, bucket.tokens + 1)
    },
  }
}
