/** A calendar month in UTC: what one partition of `messages` holds. */
export interface Month {
  /** Name of its partition, `messages_2026_01`. */
  readonly table: string
  /** First instant, ISO 8601. */
  readonly from: string
  /** First instant after it. */
  readonly to: string
}

export const monthOf = (at: Date): Month => month(at.getUTCFullYear(), at.getUTCMonth())

/** The months from `first` to `last`, counted from the month of `now`: -1 is the one before, 3 three later. */
export function monthsAround(now: Date, first: number, last: number): Month[] {
  return Array.from({ length: last - first + 1 }, (_, i) => month(now.getUTCFullYear(), now.getUTCMonth() + first + i))
}

function month(year: number, index: number): Month {
  const from = new Date(Date.UTC(year, index, 1)).toISOString()
  const to = new Date(Date.UTC(year, index + 1, 1)).toISOString()
  return { table: `messages_${from.slice(0, 4)}_${from.slice(5, 7)}`, from, to }
}
