import type { TimelineEvent, TimelineItem, TimelineMessage } from '@usher-chat/sdk/visitor'
import { daysBetween } from '../ui/time-format.ts'

/** What the thread draws, one row after the other. Keys are stable: a row that moves is moved, never drawn anew. */
export type Row =
  | { type: 'day'; key: string; at: Date }
  | { type: 'event'; key: string; item: TimelineEvent }
  | {
      type: 'message'
      key: string
      message: TimelineMessage
      /** Starts a group: the author's name stands above. */
      first: boolean
      /** Ends a group: the author's picture stands beside. */
      last: boolean
      /** Time, and for own messages the delivery, stand below. */
      meta: boolean
    }

/** Messages of one author that follow each other within this time form a group, ms. */
const groupMs = 5 * 60_000

/** Day dividers, groups of messages, and the events a visitor sees, from a thread's items in their order. */
export function arrangeRows(items: readonly TimelineItem[]): Row[] {
  const shown = withoutStale(items)
  const rows: Row[] = []
  shown.forEach((item, index) => {
    const before = shown[index - 1]
    const after = shown[index + 1]
    if (!before || daysBetween(before.at, item.at) !== 0) rows.push({ type: 'day', key: `day ${item.id}`, at: item.at })
    rows.push(item.type === 'event' ? { type: 'event', key: item.id, item } : messageRow(item, before, after))
  })
  return rows
}

function messageRow(message: TimelineMessage, before: TimelineItem | undefined, after: TimelineItem | undefined): Row {
  const first = !together(before, message)
  const last = !together(message, after)
  const next = last ? undefined : (after as TimelineMessage)
  const meta = last || message.delivery === 'failed' || next?.delivery !== message.delivery
  return { type: 'message', key: message.id, message, first, last, meta }
}

function together(one: TimelineItem | undefined, other: TimelineItem | undefined): boolean {
  if (one?.type !== 'message' || other?.type !== 'message') return false
  if (one.mine !== other.mine || (!one.mine && one.author.id !== other.author.id)) return false
  return other.at.getTime() - one.at.getTime() < groupMs && daysBetween(one.at, other.at) === 0
}

/**
 * Leaves out what is no longer true or says nothing new: a place in the queue before a later place or an agent who came,
 * and the same agent joining twice in one conversation.
 */
function withoutStale(items: readonly TimelineItem[]): TimelineItem[] {
  const kept: TimelineItem[] = []
  let settled = false
  let joined: { key: string; index: number } | undefined
  for (const item of items.toReversed()) {
    if (item.type !== 'event') {
      kept.push(item)
      continue
    }
    const { event } = item
    if (event.type === 'conversation.opened' || event.type === 'routing.decided') continue
    if (event.type === 'conversation.queued' && settled) continue
    if (event.type === 'conversation.assigned') {
      const key = `${event.conversation} ${event.data.agent.id}`
      // Walking backwards: the later of two equal lines gives way to the earlier.
      if (joined?.key === key) kept.splice(joined.index, 1)
      joined = { key, index: kept.length }
    }
    settled = true
    kept.push(item)
  }
  return kept.reverse()
}
