import type { TimelineEvent, TimelineItem, TimelineMessage, Typist } from '@usher-chat/sdk/agent'
import type { ConsideredAgent, MessageId } from '@usher-chat/sdk/protocol'
import { daysBetween } from '../../ui/time-format.ts'

/** One line of the drawn thread. Keys are stable, so a row keeps its place and its state while others come and go. */
export type Row =
  | { type: 'day'; key: string; at: Date }
  | { type: 'unread'; key: string; count: number }
  | MessageRow
  | EventRow
  | { type: 'typing'; key: string; typist: Typist }

export interface MessageRow {
  type: 'message'
  key: string
  message: TimelineMessage
  /** First of a run by one author: shows who and when. */
  first: boolean
  /** Last of a run: has the pointed corner and the avatar. */
  last: boolean
  showDelivery: boolean
}

export interface EventRow {
  type: 'event'
  key: string
  item: TimelineEvent
  /** Comes right after another event: the two stand closer together. */
  tight: boolean
  /** Why the router decided so; folded into the line that tells what it decided. */
  considered?: readonly ConsideredAgent[]
}

export interface UnreadMark {
  /** The first message that was unread when the thread was opened. */
  before: MessageId
  count: number
}

/** A run is broken by another author, another kind, or a pause, ms. */
const pauseMs = 5 * 60_000

/** Lays out a thread: day dividers, the unread divider, runs of messages, events with their reasons. */
export function buildRows(items: readonly TimelineItem[], unread?: UnreadMark): Row[] {
  const rows: Row[] = []
  let previous: TimelineItem | undefined
  for (const [index, item] of items.entries()) {
    if (isFoldedReason(items, index)) continue
    const newDay = previous === undefined || daysBetween(previous.at, item.at) !== 0
    // Keyed by what follows: two dividers of one day (clocks differ) must not share a key.
    if (newDay) rows.push({ type: 'day', key: `day-${item.id}`, at: item.at })
    if (unread?.before === item.id) rows.push({ type: 'unread', key: 'unread', count: unread.count })
    rows.push(
      item.type === 'event'
        ? eventRow(items, index, item, rows[rows.length - 1]?.type === 'event')
        : messageRow(rows, items[index + 1], item),
    )
    previous = item
  }
  return rows
}

function messageRow(rows: readonly Row[], next: TimelineItem | undefined, message: TimelineMessage): MessageRow {
  const before = rows[rows.length - 1]
  const first = before?.type !== 'message' || !sameRun(before.message, message)
  const last = next?.type !== 'message' || !sameRun(message, next)
  const followed = !last && next?.type === 'message' && next.delivery === message.delivery
  return { type: 'message', key: message.id, message, first, last, showDelivery: message.delivery !== undefined && !followed }
}

function sameRun(a: TimelineMessage, b: TimelineMessage): boolean {
  if (a.author.id !== b.author.id || a.author.role !== b.author.role || a.note !== b.note) return false
  return b.at.getTime() - a.at.getTime() < pauseMs && daysBetween(a.at, b.at) === 0
}

function eventRow(items: readonly TimelineItem[], index: number, item: TimelineEvent, tight: boolean): EventRow {
  const row: EventRow = { type: 'event', key: item.id, item, tight }
  if (item.event.type === 'routing.decided') return { ...row, considered: item.event.data.considered }
  const reason = [items[index - 1], items[index + 1]].find((near) => near !== undefined && explains(near, item))
  if (reason?.type !== 'event' || reason.event.type !== 'routing.decided') return row
  return { ...row, considered: reason.event.data.considered }
}

/** The router's reason stands right before or after the event it explains; there it needs no line of its own. */
function isFoldedReason(items: readonly TimelineItem[], index: number): boolean {
  const item = items[index]
  if (item === undefined) return false
  return [items[index - 1], items[index + 1]].some((near) => near !== undefined && near.type === 'event' && explains(item, near))
}

function explains(reason: TimelineItem, outcome: TimelineEvent): boolean {
  if (reason.type !== 'event' || reason.event.type !== 'routing.decided') return false
  if (reason.event.conversation !== outcome.event.conversation) return false
  const { chosen } = reason.event.data
  if (outcome.event.type === 'conversation.assigned') return outcome.event.data.agent.id === chosen
  return outcome.event.type === 'conversation.queued' && chosen === undefined
}

/** Where the unread divider stands: before the oldest of the last `count` messages of others. */
export function unreadMark(items: readonly TimelineItem[], count: number): UnreadMark | undefined {
  if (count <= 0) return undefined
  const others = items.filter((item): item is TimelineMessage => item.type === 'message' && item.author.role === 'visitor')
  const first = others[Math.max(0, others.length - count)]
  return first === undefined ? undefined : { before: first.id, count }
}
