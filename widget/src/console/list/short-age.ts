export interface ShortAge {
  /** "now", "4m", "3h", "2d", "3 Mar" */
  text: string
  /** For `<time datetime>`. */
  iso: string
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

/** How long ago, as short as a list needs it. A clock a little ahead of ours still reads "now". */
export function shortAge(at: number, now: number): ShortAge {
  return { text: textOf(at, now - at), iso: new Date(at).toISOString() }
}

function textOf(at: number, ms: number): string {
  if (ms < minute) return 'now'
  if (ms < hour) return `${Math.floor(ms / minute)}m`
  if (ms < day) return `${Math.floor(ms / hour)}h`
  if (ms < 7 * day) return `${Math.floor(ms / day)}d`
  return date.format(at)
}
