import { decode, type MessageId, message, readChatSubject, type SiteId, toSeq, type VisitorId } from '@usher-chat/sdk/protocol'
import type { ConsumedMessage } from '../bus/bus.ts'

/** A message of a visitor: its seq, and when the stream stored it. */
export interface Arrival {
  seq: number
  at: Date
}

/** A visitor's thread. */
export interface Thread {
  site: SiteId
  visitor: VisitorId
}

/** Messages of one visitor; none: only look for overlooked ones. */
export interface Arrivals extends Thread {
  messages: readonly Arrival[]
}

/** Messages of one visitor, as they were delivered. */
export interface ThreadBatch extends Arrivals {
  messages: (Arrival & { id: MessageId })[]
  delivered: ConsumedMessage[]
}

/** A batch by threads, who wrote first comes first; and what is no message of a visitor. */
export interface GroupedBatch {
  threads: ThreadBatch[]
  unreadable: ConsumedMessage[]
}

export function groupByThread(epoch: number, batch: readonly ConsumedMessage[]): GroupedBatch {
  const threads = new Map<string, ThreadBatch>()
  const unreadable: ConsumedMessage[] = []
  for (const delivered of batch) {
    const subject = readChatSubject(delivered.subject)
    const read = decode(message, delivered.data)
    if (subject?.type !== 'visitor' || read === undefined) {
      unreadable.push(delivered)
      continue
    }
    const { site, visitor } = subject
    const thread = threads.get(delivered.subject) ?? { site, visitor, messages: [], delivered: [] }
    threads.set(delivered.subject, thread)
    thread.messages.push({ id: read.id, seq: toSeq(epoch, delivered.seq), at: delivered.time })
    thread.delivered.push(delivered)
  }
  return { threads: [...threads.values()], unreadable }
}

/** When the message of this seq was stored; undefined when it is not among these. */
export const timeOf = ({ messages }: Pick<Arrivals, 'messages'>, seq: number): Date | undefined =>
  messages.find((message) => message.seq === seq)?.at
