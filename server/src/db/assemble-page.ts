import type { MessageRow } from './message-row.ts'
import type { Tail } from './thread-tail.ts'

/** A row as one page shows it. */
export interface PageRow {
  row: MessageRow
  /** It stands in Postgres. */
  saved: boolean
}

export interface PageQuestion {
  reader: 'visitor' | 'agent'
  after?: number | undefined
  before?: number | undefined
  limit: number
}

export interface PageParts {
  /** From Postgres, in any order; one more than `limit` when there are more. */
  stored: readonly MessageRow[]
  /** Undefined when the page does not reach the stream, or the broker is away. */
  tail: Tail | undefined
  /** Seqs of the tail's messages as Postgres knows them, by identity: equal when saved meanwhile, another when sent again. */
  tailSeqs: ReadonlyMap<string, number>
  /** Up to this seq Postgres held everything; 0 when that is not known. */
  floor: number
}

export interface AssembledPage {
  rows: PageRow[]
  hasMore: boolean
  lastSeq: number
}

/**
 * One page from what Postgres and the stream hold: forward with `after`, else backward from `before` or the newest end.
 * `lastSeq` promises that the reader misses nothing up to it.
 */
export function assemblePage(question: PageQuestion, parts: PageParts, identityOf: (row: MessageRow) => string): AssembledPage {
  const { after = 0, before = Number.POSITIVE_INFINITY, limit } = question
  const all = merge(parts, identityOf).filter(
    ({ row }) => row.seq > after && row.seq < before && (question.reader === 'agent' || !row.internal),
  )
  const isForward = question.after !== undefined
  const rows = isForward ? all.slice(0, limit) : all.slice(-limit)
  const last = rows.at(-1)?.row.seq ?? 0
  const cut = all.length > rows.length
  const endsOpen = parts.tail !== undefined && !parts.tail.complete
  if (question.before !== undefined) return { rows, hasMore: cut, lastSeq: last }
  if (isForward && cut) return { rows, hasMore: true, lastSeq: last }
  const lastSeq = Math.max(after, last, parts.floor, parts.tail?.knownTo ?? 0)
  return { rows, hasMore: cut || (isForward && endsOpen), lastSeq }
}

/** Rows of both, each once, in order. Postgres is right about where a message stands. */
function merge({ stored, tail, tailSeqs }: PageParts, identityOf: (row: MessageRow) => string): PageRow[] {
  const rows = new Map<number, PageRow>(stored.map((row) => [row.seq, { row, saved: true }]))
  for (const row of tail?.rows ?? []) {
    const seq = tailSeqs.get(identityOf(row))
    if (seq !== undefined && seq !== row.seq) continue
    if (!rows.has(row.seq)) rows.set(row.seq, { row, saved: seq !== undefined })
  }
  return [...rows.values()].sort((a, b) => a.row.seq - b.row.seq)
}
