import type { AgentCard, Conversation, ThreadEvent } from '../src/protocol/index.ts'
import { newMessageId } from '../src/protocol/index.ts'
import type { TimelineEvent, TimelineMessage } from '../src/types.ts'
import { site, visitor } from './memory-server.ts'

export const me = 'gggggggggggggggggggg'
export const myCard: AgentCard = { id: me, name: 'Anna' }
export const colleague: AgentCard = { id: 'hhhhhhhhhhhhhhhhhhhh', name: 'Ben' }

/** An id that is not random: `c` and a number. */
export const idOf = (n: number): string => `c${String(n).padStart(19, '0')}`

const iso = (ms: number) => new Date(ms).toISOString()

/** The n-th conversation, of the n-th visitor; number 1 is the visitor of the memory server. */
export function conversation(n: number, more: Partial<Conversation> = {}): Conversation {
  const who = n === 1 ? visitor : `v${String(n).padStart(19, '0')}`
  return {
    id: idOf(n),
    site,
    status: 'queued',
    visitor: { id: who, identified: false, firstSeenAt: iso(0), lastSeenAt: iso(0) },
    openedAt: iso(n * 1_000),
    openedSeq: n,
    lastSeq: n,
    unread: 0,
    ...more,
  }
}

export const event = (fact: { type: ThreadEvent['type']; data: object }, n: number, seq: number): TimelineEvent => {
  const id = newMessageId()
  return { type: 'event', id, seq, at: new Date(seq), internal: false, event: { v: 1, id, conversation: idOf(n), ...fact } as ThreadEvent }
}

export const message = (role: 'visitor' | 'agent', text: string, seq: number, note = false): TimelineMessage & { seq: number } => ({
  type: 'message',
  id: newMessageId(),
  seq,
  at: new Date(seq),
  author: { role, id: role === 'agent' ? me : visitor },
  mine: role === 'agent',
  note,
  kind: 'text',
  text,
})
