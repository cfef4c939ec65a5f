import type { MessageRow } from '../db/message-row.ts'
import type { LastMessage } from '../db/schema.ts'

/** What a batch changes of one visitor's thread. */
export interface ThreadChange {
  site: string
  visitor: string
  /** Time of the batch's first row. */
  firstAt: Date
  lastSeq: number
  /** The newest message or note; null when there are only events. */
  lastMessage: LastMessage | null
  /** The visitor's newest message: 0 and null when there is none. */
  askedSeq: number
  askedAt: Date | null
  /** An agent's newest answer; 0 when there is none. */
  answeredSeq: number
  /** Since when the visitor waits, as far as this batch tells: their first message after the batch's last answer. */
  waitingSince: Date | null
}

/** Characters of a message that a list of conversations shows. */
const previewLength = 240

/** Rows (in seq order) as one change per thread, ordered by site and visitor, so that servers lock them in one order. */
export function threadChanges(rows: readonly MessageRow[]): ThreadChange[] {
  const changes = new Map<string, ThreadChange>()
  for (const row of rows) {
    const key = `${row.site}.${row.visitor}`
    const change = changes.get(key) ?? emptyChange(row)
    changes.set(key, change)
    add(change, row)
  }
  return [...changes.values()].sort(byThread)
}

const emptyChange = ({ site, visitor, at }: MessageRow): ThreadChange => ({
  site,
  visitor,
  firstAt: at,
  lastSeq: 0,
  lastMessage: null,
  askedSeq: 0,
  askedAt: null,
  answeredSeq: 0,
  waitingSince: null,
})

function add(change: ThreadChange, row: MessageRow): void {
  change.lastSeq = row.seq
  if (row.kind !== 'text' || row.author.role === 'server') return
  change.lastMessage = { seq: row.seq, at: row.at.toISOString(), role: row.author.role, text: preview(row.body.text), note: row.internal }
  if (row.author.role === 'visitor') {
    change.askedSeq = row.seq
    change.askedAt = row.at
    change.waitingSince ??= row.at
  } else if (!row.internal) {
    change.answeredSeq = row.seq
    change.waitingSince = null
  }
}

/** The beginning of a text, never half a surrogate pair. */
function preview(text: string): string {
  if (text.length <= previewLength) return text
  return `${text.slice(0, previewLength).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Ids are lower-case ASCII: this is also the order of Postgres, whatever its collation. */
function byThread(a: ThreadChange, b: ThreadChange): number {
  if (a.site !== b.site) return a.site < b.site ? -1 : 1
  return a.visitor < b.visitor ? -1 : 1
}
