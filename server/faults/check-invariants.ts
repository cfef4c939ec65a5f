import type { Delivery } from '@usher-chat/sdk'
import { epochOf } from '@usher-chat/sdk/protocol'
import type { Aftermath, Observed, ScreenRow, StoredRow } from './observed.ts'

/** What must hold after any faults, and how many times it did not. */
export interface Invariant {
  id: string
  sentence: string
  /** One sentence for each violation. */
  violations: string[]
}

export interface Bounds {
  /** Longest from the last heal until everything is quiet, ms. */
  settleMs: number
  /** Memory a process may take beyond twice what it had when idle, bytes. */
  memoryBudget: number
}

type Check = (observed: Observed, aftermath: Aftermath, bounds: Bounds) => string[]

const checks: readonly { id: string; sentence: string; check: Check }[] = [
  { id: 'I1', sentence: 'every message said is in Postgres, word for word, sent and saved ones above all', check: nothingIsLost },
  {
    id: 'I2',
    sentence: 'each message is once in Postgres, once in the stream, once on each screen, announced once',
    check: nothingIsTwice,
  },
  { id: 'I3', sentence: 'all readers of a thread have the order of the stream, each author’s own order in it', check: oneOrder },
  { id: 'I4', sentence: 'nobody sees what is not theirs', check: nothingForeign },
  { id: 'I5', sentence: 'after healing all is quiet in time, without a hand: no backlog, no gap', check: quietInTime },
  { id: 'I6', sentence: 'deliveries and conversations only move forward', check: onlyForward },
  { id: 'I7', sentence: 'memory stays within its bound', check: boundedMemory },
  { id: 'I8', sentence: 'what a screen says of a message is true', check: screensAreTrue },
  {
    id: 'P7',
    sentence: 'no conversation is stuck',
    check: (_, { stuck }) => stuck.map((visitor) => `${visitor} waits and nobody will come`),
  },
]

/** Compares what clients did and saw with what is left in the end. */
export function checkInvariants(observed: Observed, aftermath: Aftermath, bounds: Bounds): Invariant[] {
  return checks.map(({ id, sentence, check }) => ({ id, sentence, violations: check(observed, aftermath, bounds) }))
}

function nothingIsLost({ said, told }: Observed, { stored }: Aftermath): string[] {
  const texts = new Map(stored.map(({ id, text }) => [id, text]))
  const promised = new Map<string, Delivery>()
  for (const { id, to } of told) if (rank(to) >= rank(promised.get(id) ?? 'queued')) promised.set(id, to)
  return said.flatMap(({ who, id, text }) => {
    if (!texts.has(id)) return [`“${text}” of ${who} is not in Postgres; its screen said ${promised.get(id) ?? 'nothing'}`]
    return texts.get(id) === text ? [] : [`“${text}” of ${who} is in Postgres as “${texts.get(id)}”`]
  })
}

function nothingIsTwice({ heard, copies }: Observed, { stored, stream, screens }: Aftermath): string[] {
  const written = stored.filter(({ text }) => text !== undefined)
  const natural = stream.filter(({ id }) => !copies.has(id))
  return [
    ...repeated(stored.map(({ thread, id }) => `${id} of ${thread}`)).map((row) => `${row} is twice in Postgres`),
    ...repeated(written.map(({ text }) => `“${text}”`)).map((text) => `${text} is twice in Postgres, under two ids`),
    ...repeated(natural.map(({ thread, id }) => `${id} of ${thread}`)).map((row) => `${row} is twice in the stream`),
    ...screens.flatMap(({ who, rows }) => repeated(rows.map(({ id }) => id)).map((id) => `${id} is twice on the screen of ${who}`)),
    ...repeated(heard.map(({ who, id }) => `${id} was announced twice to ${who}`)),
  ]
}

function oneOrder({ said, copies }: Observed, { stored, screens }: Aftermath): string[] {
  const screensWrong = screens.flatMap(({ who, role, thread, rows }) => {
    const truth = stored.filter((row) => row.thread === thread && (role === 'agent' || !row.internal)).map(({ id }) => id)
    const difference = firstDifference(
      rows.map(({ id }) => id),
      truth,
    )
    return difference === undefined ? [] : [`the screen of ${who} with the thread ${thread} ${difference}`]
  })
  const written = new Map(said.map(({ id }, index) => [id, index]))
  const newest = new Map<string, StoredRow>()
  const swapped = stored.flatMap((row) => {
    // What was stored again after the stream was lost has a new place, and where the nemesis put a copy is not its author's doing.
    if (!written.has(row.id) || copies.has(row.id)) return []
    const place = `${row.author} in ${row.thread}`
    const before = newest.get(`${place} ${epochOf(row.seq)}`)
    newest.set(`${place} ${epochOf(row.seq)}`, row)
    const inOrder = before === undefined || written.get(before.id)! < written.get(row.id)!
    return inOrder ? [] : [`“${row.text}” of ${place} stands behind “${before.text}”`]
  })
  return [...screensWrong, ...swapped]
}

function firstDifference(shown: readonly string[], truth: readonly string[]): string | undefined {
  const at = truth.findIndex((id, index) => shown[index] !== id)
  if (at === -1)
    return shown.length === truth.length ? undefined : `has ${shown.length - truth.length} rows too many, first ${shown[truth.length]}`
  return `differs at row ${at + 1} of ${truth.length}: ${shown[at] ?? 'nothing'} in place of ${truth[at]}`
}

function nothingForeign({ heard }: Observed, { stored, screens }: Aftermath): string[] {
  const rows = new Map(stored.map((row) => [row.id, row]))
  const foreign = (reader: { who: string; thread: string; id: string; mayNotes: boolean }): string[] => {
    const row = rows.get(reader.id)
    if (row === undefined) return []
    if (row.thread !== reader.thread) return [`${reader.who} saw ${row.id} of another thread`]
    return row.internal && !reader.mayNotes ? [`${reader.who} saw ${row.id}, which only agents may`] : []
  }
  return [
    ...screens.flatMap(({ who, role, thread, rows }) => rows.flatMap(({ id }) => foreign({ who, thread, id, mayNotes: role === 'agent' }))),
    ...heard.flatMap((one) => foreign({ ...one, mayNotes: one.who.startsWith('agent') })),
  ]
}

function quietInTime(_: Observed, { backlog, settledMs }: Aftermath, { settleMs }: Bounds): string[] {
  const late = settledMs === undefined ? [`it was not quiet ${settleMs} ms after the last heal`] : []
  const slow = settledMs !== undefined && settledMs > settleMs ? [`it was quiet only after ${settledMs} ms`] : []
  const left = Object.entries(backlog).filter(([, count]) => count > 0)
  return [...late, ...slow, ...left.map(([where, count]) => `${count} are left at ${where}`)]
}

/** What is not stored yet may go back and forth with the connection; what is stored may not, unless the stream itself is lost. */
const ranks: { readonly [D in Delivery]: number } = { failed: 0, queued: 0, sending: 0, sent: 1, saved: 2, read: 3 }
const rank = (delivery: Delivery): number => ranks[delivery]

function onlyForward({ told }: Observed, { stored }: Aftermath): string[] {
  const fell = told.flatMap(({ who, id, from, to, losses }) => {
    const isBack = from !== undefined && rank(to) < rank(from)
    const excused = from === 'sent' && losses > 0
    return isBack && !excused ? [`${id} of ${who} went back from ${from} to ${to}`] : []
  })
  const ended = new Set<string>()
  const revived = stored.flatMap(({ event }) => {
    if (event === undefined) return []
    const { type, conversation } = event
    const wasEnded = ended.has(conversation)
    if (type === 'conversation.resolved') ended.add(conversation)
    if (type === 'conversation.reopened') ended.delete(conversation)
    return wasEnded && type !== 'conversation.reopened' ? [`${type} of ${conversation} came after its end`] : []
  })
  return [...fell, ...revived]
}

function boundedMemory(_: Observed, { memory }: Aftermath, { memoryBudget }: Bounds): string[] {
  return memory
    .filter(({ idle, most }) => most > 2 * idle + memoryBudget)
    .map(({ name, idle, most }) => `${name} took ${megabytes(most)}, idle it had ${megabytes(idle)}`)
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`

function screensAreTrue({ tooEarly }: Observed, { stored, screens }: Aftermath): string[] {
  const there = new Set(stored.map(({ id }) => id))
  const untrue = ({ id, delivery }: ScreenRow): boolean => {
    if (delivery === undefined || delivery === 'queued' || delivery === 'sending') return false
    return (delivery !== 'failed') !== there.has(id)
  }
  return [
    ...tooEarly.map(({ who, id }) => `${who} was told that ${id} is saved before it was`),
    ...screens.flatMap(({ who, rows }) =>
      rows.filter(untrue).map(({ id, delivery }) => `the screen of ${who} says ${delivery} of ${id}, which is not so`),
    ),
  ]
}

function repeated(items: readonly string[]): string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const item of items) {
    if (seen.has(item)) twice.add(item)
    seen.add(item)
  }
  return [...twice]
}
