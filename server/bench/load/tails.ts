import { percentile } from '../../replay/measure.ts'

/** Where the middle and the slow ends of many times lie, ms. */
export interface Tails {
  count: number
  p50: number
  p99: number
  /** The maximum, where there are fewer than a thousand. */
  p999: number
}

export function tails(values: readonly number[]): Tails {
  const sorted = values.toSorted((a, b) => a - b)
  return { count: sorted.length, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), p999: percentile(sorted, 0.999) }
}
