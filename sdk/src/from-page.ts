import type { Self } from './incoming.ts'
import type { ThreadItem } from './protocol/rest.ts'
import type { StoredItem } from './timeline.ts'

/** A row of a thread's page, as it is drawn. */
export function fromPage(row: ThreadItem, self: Self): StoredItem {
  const base = { id: row.id, seq: row.seq, at: new Date(row.at) }
  const internal = row.internal === true
  if (row.kind === 'event') return { type: 'event', ...base, event: row.body, internal }
  const mine = row.author.role === self.role && row.author.id === self.id
  // Later versions bring kinds this one cannot draw. [R16]
  const kind = (row.kind as string) === 'text' ? 'text' : 'unknown'
  return { type: 'message', ...base, author: row.author, mine, note: internal, kind, text: kind === 'text' ? row.body.text : '' }
}
