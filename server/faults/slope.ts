/** A look at something that should not grow. */
export interface Sample {
  /** Since the beginning, minutes. */
  minute: number
  value: number
}

/** Least-squares slope, per minute; 0 for fewer than two looks. */
export function slopeOf(samples: readonly Sample[]): number {
  const count = samples.length
  if (count < 2) return 0
  const meanMinute = samples.reduce((sum, { minute }) => sum + minute, 0) / count
  const meanValue = samples.reduce((sum, { value }) => sum + value, 0) / count
  const spread = samples.reduce((sum, { minute }) => sum + (minute - meanMinute) ** 2, 0)
  if (spread === 0) return 0
  return samples.reduce((sum, { minute, value }) => sum + (minute - meanMinute) * (value - meanValue), 0) / spread
}

/** The samples behind the first part of the run: caches and pools fill in the beginning. */
export const afterWarmUp = (samples: readonly Sample[], share = 0.25): Sample[] => samples.slice(Math.floor(samples.length * share))
