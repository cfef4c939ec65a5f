import type { Ground } from './kit/ground.ts'

/** One thing tried against the running product, and what came of it. `unknown`: it could not be tried, `came` says why. */
export interface Attempt {
  readonly tried: string
  readonly result: 'held' | 'broken' | 'unknown'
  readonly came: string
}

/** A case of the list: it runs by itself, on whatever the cases before it left behind. */
export interface Attack {
  /** `S1` to `S43`. */
  readonly id: string
  readonly title: string
  run(ground: Ground): Promise<readonly Attempt[]>
}

export type Verdict = 'pass' | 'FAIL' | 'not yet'

/** Did Usher hold? `came` is what it answered or did, in short. */
export const attempt = (tried: string, held: boolean, came: unknown): Attempt => ({
  tried,
  result: held ? 'held' : 'broken',
  came: shorten(typeof came === 'string' ? came : JSON.stringify(came)),
})

/** What cannot be tried, and why. */
export const notYet = (tried: string, reason: string): Attempt => ({ tried, result: 'unknown', came: reason })

/** A case whose target is not built. */
export const later = (id: string, title: string, reason: string): Attack => ({ id, title, run: async () => [notYet(title, reason)] })

/** One broken attempt fails a case; a case of which nothing could be tried is not yet proven. */
export function judge(attempts: readonly Attempt[]): Verdict {
  if (attempts.some(({ result }) => result === 'broken')) return 'FAIL'
  return attempts.some(({ result }) => result === 'held') ? 'pass' : 'not yet'
}

/** Longest answer that is kept, characters. */
const longest = 200

const shorten = (text = 'nothing'): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)
