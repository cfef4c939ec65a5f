import type { TimelineEvent, TimelineItem, TimelineMessage } from '@usher-chat/sdk/agent'
import type { AgentCard, Author, Conversation, Me, VisitorCard } from '@usher-chat/sdk/protocol'

/** The gallery's present: a Thursday morning. */
export const now = Date.UTC(2026, 4, 14, 9, 42)
export const minutes = (count: number) => count * 60_000
const iso = (ago: number) => new Date(now - ago).toISOString()

const site = 'sitemovietickets0000'
const ids = (kind: string, number: number) => `${kind}${'0'.repeat(20)}`.slice(0, 20 - String(number).length) + number

export const me: Me = {
  id: ids('agent', 1),
  name: 'Anna Lindqvist',
  email: 'anna@cinema.example',
  role: 'agent',
  presence: 'online',
  capacity: 4,
  sites: [{ id: site, name: 'Orpheum Cinemas' }],
}
export const ben: AgentCard = { id: ids('agent', 2), name: 'Ben Okafor' }
export const mia: AgentCard = { id: ids('agent', 3), name: 'Mia Duarte' }
const anna: AgentCard = { id: me.id, name: me.name }

const names = [
  'Nora Feldmann',
  'Tomás Aguirre',
  undefined,
  'Priya Raman',
  'عبد الرحمن الخطيب',
  'Julian Weiss',
  undefined,
  'Sofia Marchetti',
  'Kwame Mensah',
  'Hana Suzuki',
]
const lines = [
  'Can I still swap row F for two seats together further back?',
  'The voucher says it is valid until Sunday, but checkout refuses it.',
  'Do you have wheelchair spaces for the 20:15 showing?',
  'I was charged twice for the same booking 😟',
  'هل يمكنني إلغاء الحجز واسترداد المبلغ؟',
  'Perfect, thank you so much!',
  'Is the matinée dubbed or subtitled?',
  'My card was declined, then I got a confirmation e-mail. Did it go through?',
  'We are eleven people, is there a group rate?',
  'Where do I pick up the glasses for the 3D screening?',
]

export function visitor(number: number): VisitorCard {
  const name = names[number % names.length]
  return {
    id: ids('visitor', number + 4_000 + number * 37),
    ...(name === undefined ? {} : { name, email: `${name.split(' ')[0]?.toLowerCase()}@mail.example` }),
    identified: number % 3 === 0,
    locale: ['de-AT', 'es-ES', 'en-GB', 'en-IN', 'ar-EG'][number % 5]!,
    page: {
      url: `https://orpheum.example/films/the-long-take?showing=${number}`,
      title: 'The Long Take, Saturday 20:15 – Orpheum Cinemas',
    },
    firstSeenAt: iso(minutes(60 * 24 * 40 + number * 700)),
    lastSeenAt: iso(minutes(number * 3)),
  }
}

const statusOf = (number: number): Conversation['status'] => (number % 4 === 3 ? 'queued' : 'open')

/** Conversation number `number` of a lively morning; the higher the number, the longer ago. */
export function conversation(number: number, change: Partial<Conversation> = {}): Conversation {
  const status = change.status ?? statusOf(number)
  const ago = minutes(1 + number * 4 + (number > 6 ? number * 13 : 0))
  const assignee = [anna, ben, anna, mia][number % 4]
  return {
    id: ids('conv', number),
    site,
    status,
    visitor: visitor(number),
    ...(status === 'queued' ? {} : { assignee: assignee ?? anna }),
    openedAt: iso(ago + minutes(9)),
    openedSeq: 100,
    ...(number % 3 === 1 || number > 12 ? {} : { waitingSince: iso(ago) }),
    lastMessage: {
      seq: 118,
      at: iso(ago),
      role: number % 5 === 2 ? 'agent' : 'visitor',
      text: lines[number % lines.length]!,
      note: number % 11 === 10,
    },
    lastSeq: 118,
    unread: number === 0 ? 2 : number % 5 === 1 ? 1 : 0,
    ...change,
  }
}

const person = (agent: AgentCard): Author => ({ role: 'agent', ...agent })
const guest = (card: VisitorCard): Author => ({ role: 'visitor', id: card.id, ...(card.name === undefined ? {} : { name: card.name }) })

let serial = 0
const messageIdOf = () => `0196c000-0000-7000-8000-${String(++serial).padStart(12, '0')}`

export interface Line {
  ago: number
  text: string
  by?: AgentCard
  note?: boolean
  change?: Partial<TimelineMessage>
}

export function message(card: VisitorCard, seq: number | null, { ago, text, by, note = false, change = {} }: Line): TimelineMessage {
  const mine = by?.id === me.id
  const author = by === undefined ? guest(card) : person(by)
  const base = {
    type: 'message' as const,
    id: messageIdOf(),
    seq,
    at: new Date(now - ago),
    author,
    mine,
    note,
    kind: 'text' as const,
    text,
  }
  return { ...base, ...(mine ? { delivery: 'read' as const } : {}), ...change }
}

export function happened(seq: number, ago: number, event: TimelineEvent['event']): TimelineEvent {
  const internal = event.type === 'routing.decided'
  return { type: 'event', id: event.id, seq, at: new Date(now - ago), event, internal }
}

export const envelope = (conversationId: string) => ({ v: 1 as const, id: messageIdOf(), conversation: conversationId })

/** `count` older messages of an earlier visit, oldest first, ending at `seq`. */
export function olderItems(card: VisitorCard, count: number, seq: number): TimelineItem[] {
  return Array.from({ length: count }, (_, index) => {
    const ago = minutes(60 * 24 * 3 + (count - index) * 7)
    const text = lines[(index * 7) % lines.length]!
    return message(card, seq - count + index + 1, { ago, text, ...(index % 3 === 1 ? { by: ben } : {}) })
  })
}
