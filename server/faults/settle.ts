import type { Aftermath, Observed, StoredRow } from './observed.ts'
import type { Person } from './people.ts'
import { readBacklog, readStored, readStuck } from './read-aftermath.ts'
import type { Cluster } from './start-cluster.ts'

/** How often it looks whether all is quiet, ms. */
const everyMs = 300

/**
 * Waits until nothing moves any more: clients connected, workers done, every message saved, every screen as long as its thread.
 * Returns after how many ms that was, and at the latest after `limitMs` with what is still missing.
 */
export async function settle(options: {
  cluster: Cluster
  people: readonly Person[]
  observed: Observed
  limitMs: number
}): Promise<{ settledMs: number | undefined; missing: string[] }> {
  const since = Date.now()
  for (;;) {
    const missing = await whatIsMissing(options).catch((error: unknown) => [String(error)])
    const ms = Date.now() - since
    if (missing.length === 0) return { settledMs: ms, missing }
    if (ms > options.limitMs) return { settledMs: undefined, missing }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

async function whatIsMissing({
  cluster,
  people,
  observed,
}: {
  cluster: Cluster
  people: readonly Person[]
  observed: Observed
}): Promise<string[]> {
  const [backlog, stored, stuck] = await Promise.all([readBacklog(cluster), readStored(cluster), readStuck(cluster)])
  const away = people.filter((person) => !person.isConnected()).map(({ name }) => `${name} is not connected`)
  const left = Object.entries(backlog).flatMap(([where, count]: [string, number]) => (count > 0 ? [`${count} at ${where}`] : []))
  const waiting = stuck.map((visitor) => `${visitor} waits`)
  return [...away, ...left, ...waiting, ...unsaved(observed, stored), ...people.flatMap((person) => behind(person, stored))]
}

function unsaved({ said }: Observed, stored: readonly StoredRow[]): string[] {
  const there = new Set(stored.map(({ id }) => id))
  return said.filter(({ id }) => !there.has(id)).map(({ who, text }) => `“${text}” of ${who} is not stored`)
}

/** Screens that do not show the newest row, or fewer than they should: what is scrolled off does not count. */
function behind(person: Person, stored: readonly StoredRow[]): string[] {
  return person.screens().flatMap(({ who, role, thread, rows }: Aftermath['screens'][number]) => {
    const truth = stored.filter((row) => row.thread === thread && (role === 'agent' || !row.internal))
    const visible = truth.slice(Math.max(0, truth.length - rows.length))
    const isSame = rows.length <= truth.length && visible.every(({ id }, index) => rows[index]?.id === id)
    const hasSome = rows.length > 0 || truth.length === 0
    const isSaved = rows.every(({ delivery }) => delivery === undefined || delivery === 'saved' || delivery === 'read')
    if (isSame && hasSome && isSaved) return []
    return [`the screen of ${who} with ${thread} has ${rows.length} rows of ${truth.length}${isSaved ? '' : ', some not saved'}`]
  })
}
