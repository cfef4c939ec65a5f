import type { TimelineItem } from '@usher-chat/sdk/agent'
import type { Conversation } from '@usher-chat/sdk/protocol'
import { UsherError } from '@usher-chat/sdk/protocol'
import { ben, envelope, happened, me, message, mia, minutes, olderItems } from './fixture-data.ts'

const anna = { id: me.id, name: me.name }

/** A conversation with a bit of everything the thread can show. */
export function richThread(conversation: Conversation, older: number): TimelineItem[] {
  const { visitor, id } = conversation
  const considered = [
    { agent: me.id, name: me.name, outcome: 'chosen' as const, open: 1, capacity: 4 },
    { agent: ben.id, name: ben.name, outcome: 'busier' as const, open: 3, capacity: 4 },
    { agent: mia.id, name: mia.name, outcome: 'away' as const, open: 0, capacity: 4 },
  ]
  return [
    ...olderItems(visitor, older, 99),
    happened(100, minutes(16), { ...envelope(id), type: 'conversation.opened', data: {} }),
    message(visitor, 101, { ago: minutes(16), text: 'Hi! I booked two tickets for Saturday 20:15 but they ended up in different rows.' }),
    message(visitor, 102, { ago: minutes(16) - 20_000, text: 'Can I still swap row F for two seats together further back?' }),
    happened(103, minutes(15), { ...envelope(id), type: 'routing.decided', data: { chosen: me.id, considered } }),
    happened(104, minutes(15), { ...envelope(id), type: 'conversation.assigned', data: { agent: anna, by: 'router' } }),
    message(visitor, 105, { ago: minutes(14), by: anna, text: 'Hello Nora, of course — let me look at the hall for you.' }),
    message(visitor, 106, {
      ago: minutes(13),
      by: ben,
      note: true,
      text: 'Row M has a pair left, 14 and 15. Hall 2 was upgraded last week, so there is no price difference.',
    }),
    message(visitor, 107, {
      ago: minutes(11),
      by: anna,
      text: 'Row M, seats 14 and 15 are free and next to each other. The view is even better from there:\nhttps://orpheum.example/halls/2/view?row=M',
    }),
    message(visitor, 108, { ago: minutes(10), by: anna, text: 'Shall I move you there? It costs nothing.', change: { delivery: 'read' } }),
    message(visitor, 109, { ago: minutes(2), text: 'Oh wonderful, yes please!' }),
    message(visitor, 110, {
      ago: minutes(1),
      text: 'And is there a chance to get the 3D glasses at the entrance, or do I have to order them with the tickets?',
    }),
  ]
}

/** What is on its way, and what was refused. */
export function unsentItems(conversation: Conversation): TimelineItem[] {
  const { visitor } = conversation
  const refusal = new UsherError('rate_limited', 'unable to send; too fast', { retryAfterMs: 4_000 })
  return [
    message(visitor, 111, { ago: 50_000, by: anna, text: 'Done — you have M14 and M15 now.', change: { delivery: 'saved' } }),
    message(visitor, null, { ago: 30_000, by: anna, text: 'The glasses are handed out at the entrance.', change: { delivery: 'queued' } }),
    message(visitor, null, {
      ago: 20_000,
      by: anna,
      text: 'Anything else I can do for you?',
      change: { delivery: 'failed', error: refusal },
    }),
  ]
}

export function resolvedTail(conversation: Conversation): TimelineItem[] {
  return [happened(112, 40_000, { ...envelope(conversation.id), type: 'conversation.resolved', data: { by: me.id } })]
}

/** Nobody was free. */
function queuedThread(conversation: Conversation): TimelineItem[] {
  const { visitor, id, lastMessage } = conversation
  const considered = [
    { agent: ben.id, name: ben.name, outcome: 'full' as const, open: 4, capacity: 4 },
    { agent: mia.id, name: mia.name, outcome: 'away' as const, open: 0, capacity: 4 },
    { agent: me.id, name: me.name, outcome: 'full' as const, open: 4, capacity: 4 },
  ]
  return [
    happened(100, minutes(13), { ...envelope(id), type: 'conversation.opened', data: {} }),
    message(visitor, 101, { ago: minutes(13), text: lastMessage?.text ?? 'Hello?' }),
    happened(102, minutes(13), { ...envelope(id), type: 'routing.decided', data: { position: 2, considered } }),
    happened(103, minutes(13), { ...envelope(id), type: 'conversation.queued', data: { position: 2, reason: 'all_agents_busy' } }),
    message(visitor, 104, { ago: minutes(6), text: 'Is anybody there?' }),
  ]
}

/** A colleague's. */
function colleagueThread(conversation: Conversation): TimelineItem[] {
  const { visitor, id, assignee, lastMessage } = conversation
  const colleague = assignee ?? ben
  return [
    happened(100, minutes(16), { ...envelope(id), type: 'conversation.opened', data: {} }),
    message(visitor, 101, { ago: minutes(16), text: lastMessage?.text ?? 'Hello!' }),
    happened(102, minutes(15), { ...envelope(id), type: 'conversation.assigned', data: { agent: colleague, by: colleague.id } }),
    message(visitor, 103, { ago: minutes(14), by: colleague, text: 'Hello! Let me check the voucher, one moment.' }),
    message(visitor, 104, { ago: minutes(5), text: 'Thank you 🙏' }),
  ]
}

export function threadOf(conversation: Conversation, older: number): TimelineItem[] {
  if (conversation.status === 'queued') return queuedThread(conversation)
  return conversation.assignee?.id === me.id ? richThread(conversation, older) : colleagueThread(conversation)
}
