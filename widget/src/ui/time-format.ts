/** Times as people read them, in one locale. Making an Intl formatter costs about a hundred times more than using it, so they are kept. */
export interface TimeFormat {
  /** "14:05" */
  time(at: Date): string
  /** "Today", "Yesterday", "Monday", "3 March", "3 March 2024" */
  day(at: Date, now: Date): string
  /** Date and time in full, for tooltips. */
  full(at: Date): string
}

const dayMs = 86_400_000
const formats = new Map<string, TimeFormat>()

/** The formatter of a locale; an unknown or malformed locale falls back to the browser's. */
export function timeFormat(locale?: string): TimeFormat {
  const key = locale ?? ''
  const known = formats.get(key)
  if (known) return known
  const made = createTimeFormat(supported(locale))
  formats.set(key, made)
  return made
}

function supported(locale: string | undefined): string | undefined {
  try {
    return locale === undefined ? undefined : Intl.DateTimeFormat.supportedLocalesOf(locale)[0]
  } catch {
    return undefined
  }
}

function createTimeFormat(locale: string | undefined): TimeFormat {
  const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' })
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long' })
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' })
  const dateAndYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  return {
    time: (at) => clock.format(at),
    full: (at) => full.format(at),
    day(at, now) {
      const ago = daysBetween(at, now)
      if (ago === 0 || ago === 1) return capitalised(relative.format(-ago, 'day'), locale)
      if (ago > 1 && ago < 7) return capitalised(weekday.format(at), locale)
      return (at.getFullYear() === now.getFullYear() ? date : dateAndYear).format(at)
    },
  }
}

/** Whole local days from one date to another; the rounding takes care of days of 23 and 25 hours. */
export const daysBetween = (from: Date, to: Date): number => Math.round((midnight(to) - midnight(from)) / dayMs)

const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
const capitalised = (text: string, locale: string | undefined) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
