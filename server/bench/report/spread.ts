import { percentile } from '../../replay/measure.ts'

/** One figure of several interleaved rounds. */
export interface Spread {
  median: number
  min: number
  max: number
  rounds: number
}

/** Median with its spread; zeros for nothing. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: percentile(sorted, 0.5), min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0, rounds: sorted.length }
}
