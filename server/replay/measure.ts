/** What is measured of every message, ms from the call of `send`. */
export type Leg = 'sent' | 'screen' | 'saved'

export interface Summary {
  count: number
  p50: number
  p99: number
  max: number
}

/** Times of messages on their legs. */
export interface Stopwatch {
  start(id: string): void
  /** Only the first call per message and leg counts. */
  stop(id: string, leg: Leg): void
  summary(leg: Leg): Summary
  /** Messages started and not yet stopped on this leg. */
  missing(leg: Leg): number
}

export function createStopwatch(now: () => number = () => performance.now()): Stopwatch {
  const started = new Map<string, number>()
  const legs: Record<Leg, Map<string, number>> = { sent: new Map(), screen: new Map(), saved: new Map() }
  return {
    start: (id) => void started.set(id, now()),
    stop(id, leg) {
      const from = started.get(id)
      if (from !== undefined && !legs[leg].has(id)) legs[leg].set(id, now() - from)
    },
    summary: (leg) => summarize([...legs[leg].values()]),
    missing: (leg) => started.size - legs[leg].size,
  }
}

/** Count, median, 99th percentile and maximum; zeros for nothing. */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b)
  return { count: sorted.length, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: sorted.at(-1) ?? 0 }
}

/** Nearest-rank percentile of ascending values. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
