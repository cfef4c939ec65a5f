import type { Turn } from './dialogues.ts'

/** One stored message, in the order of the thread. */
export interface Stored {
  id: string
  from: 'visitor' | 'agent'
  text: string
  saved: boolean
}

export interface Differences {
  /** Turns said that do not stand in the thread. */
  missing: number
  /** Rows with an id that stands there already, or that nobody said. */
  duplicated: number
  /** Turns that stand there, but not at their place. */
  outOfOrder: number
  /** Rows that are in the stream only. */
  unsaved: number
}

export const noDifferences: Differences = { missing: 0, duplicated: 0, outOfOrder: 0, unsaved: 0 }

/** Compares what was said with what is stored, text by text, in order. */
export function compareThread(said: readonly Turn[], stored: readonly Stored[]): Differences {
  const left = countBy(said.map(keyOf))
  let duplicated = 0
  const rows: string[] = []
  const ids = new Set<string>()
  for (const row of stored) {
    const key = keyOf(row)
    const open = left.get(key) ?? 0
    if (ids.has(row.id) || open === 0) {
      duplicated++
      continue
    }
    ids.add(row.id)
    left.set(key, open - 1)
    rows.push(key)
  }
  return {
    missing: said.length - rows.length,
    duplicated,
    outOfOrder: misplaced(said.map(keyOf), rows),
    unsaved: stored.filter((row) => !row.saved).length,
  }
}

export function addDifferences(a: Differences, b: Differences): Differences {
  return {
    missing: a.missing + b.missing,
    duplicated: a.duplicated + b.duplicated,
    outOfOrder: a.outOfOrder + b.outOfOrder,
    unsaved: a.unsaved + b.unsaved,
  }
}

export const isClean = (differences: Differences): boolean => Object.values(differences).every((count) => count === 0)

const keyOf = ({ from, text }: { from: string; text: string }) => `${from} ${text}`

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** Rows that are not part of the longest run in the order of what was said. */
function misplaced(said: readonly string[], rows: readonly string[]): number {
  let longest = new Array<number>(rows.length + 1).fill(0)
  for (const key of said) {
    const next = [0]
    for (let i = 0; i < rows.length; i++) {
      next.push(rows[i] === key ? (longest[i] as number) + 1 : Math.max(longest[i + 1] as number, next[i] as number))
    }
    longest = next
  }
  return rows.length - (longest.at(-1) as number)
}
