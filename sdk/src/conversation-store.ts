import { type Place, placeKey } from './incoming.ts'
import type { AgentId, ConversationId } from './protocol/ids.ts'
import type { Conversation, InboxCounts, InboxView, PageView } from './protocol/rest.ts'
import type { TimelineEvent, TimelineMessage } from './types.ts'

/** Characters of a message that a list shows. */
const previewLength = 240

/** Does the conversation stand in this list of this agent? */
export function isInView(view: InboxView, { status, assignee }: Conversation, me: AgentId): boolean {
  if (view === 'mine') return status === 'open' && assignee?.id === me
  if (view === 'queue') return status === 'queued'
  return (status === 'resolved') === (view === 'resolved')
}

const activity = ({ lastSeq, openedSeq }: Conversation) => Math.max(lastSeq, openedSeq)
const byText = (a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0)

/** The server's order of each list. */
export const inOrderOf: Record<InboxView, (a: Conversation, b: Conversation) => number> = {
  mine: (a, b) => activity(b) - activity(a) || byText(b.id, a.id),
  queue: (a, b) => byText(a.openedAt, b.openedAt) || byText(a.id, b.id),
  all: (a, b) => activity(b) - activity(a) || byText(b.id, a.id),
  resolved: (a, b) => byText(b.resolvedAt, a.resolvedAt) || byText(b.id, a.id),
}

export interface Change {
  before: Conversation | undefined
  after: Conversation
}

/** All conversations heard of, as they are now. Pure state: what comes in from the server and the live feed decides what it holds. */
export class ConversationStore {
  readonly #byId = new Map<ConversationId, Conversation>()
  /** The newest conversation of each thread. */
  readonly #newest = new Map<string, ConversationId>()
  /** How far this agent has read each thread: the server hears it a moment later. */
  readonly #readUpTo = new Map<string, number>()
  readonly #onChange: (change: Change) => void

  constructor(onChange: (change: Change) => void) {
    this.#onChange = onChange
  }

  get(id: ConversationId): Conversation | undefined {
    return this.#byId.get(id)
  }

  /** The newest conversation of a thread, if it is not resolved. */
  unresolvedOf(place: Place): Conversation | undefined {
    const found = this.#byId.get(this.#newest.get(placeKey(place)) ?? '')
    return found?.status === 'resolved' ? undefined : found
  }

  /** As the server tells it; what came live meanwhile stays. */
  put(told: Conversation): Conversation {
    const known = this.#byId.get(told.id)
    const isBehind = known !== undefined && known.lastSeq > told.lastSeq
    const { lastSeq, lastMessage, unread, waitingSince } = known ?? told
    const merged = isBehind
      ? { ...told, lastSeq, unread, ...(lastMessage && { lastMessage }), ...(waitingSince && { waitingSince }) }
      : told
    return this.#set({ ...merged, unread: this.#hasRead(merged) ? 0 : merged.unread })
  }

  /** A message or note came live. Tells whether its conversation is known. */
  message(place: Place, { seq, at, author, note, text }: TimelineMessage & { seq: number }): boolean {
    const known = this.unresolvedOf(place)
    if (!known || author.role === 'server') return known !== undefined
    if (seq <= known.lastSeq) return true
    const { waitingSince, ...rest } = known
    const isAsked = author.role === 'visitor'
    const since = isAsked ? (waitingSince ?? at.toISOString()) : note ? waitingSince : undefined
    this.#set({
      ...rest,
      ...(since && { waitingSince: since }),
      lastSeq: seq,
      lastMessage: { seq, at: at.toISOString(), role: author.role, text: text.slice(0, previewLength), note },
      unread: isAsked && seq > this.#readOf(known) ? known.unread + 1 : known.unread,
    })
    return true
  }

  /** A fact came live. What it leaves open the server must be asked for. */
  event({ event, at, seq }: TimelineEvent): void {
    const known = this.#byId.get(event.conversation)
    if (!known || seq <= known.lastSeq) return
    const { assignee: _, ...rest } = known
    const lastSeq = seq
    if (event.type === 'conversation.queued') this.#set({ ...rest, lastSeq, status: 'queued' })
    else if (event.type === 'conversation.assigned') this.#set({ ...known, lastSeq, status: 'open', assignee: event.data.agent })
    else if (event.type === 'conversation.resolved') this.#set({ ...known, lastSeq, status: 'resolved', resolvedAt: at.toISOString() })
    else this.#set({ ...known, lastSeq })
  }

  /** This agent has read the thread up to here, on this or another device. */
  read(place: Place, seq: number): void {
    const key = placeKey(place)
    if (seq <= (this.#readUpTo.get(key) ?? 0)) return
    this.#readUpTo.set(key, seq)
    const known = this.unresolvedOf(place)
    if (known && known.unread > 0 && this.#hasRead(known)) this.#set({ ...known, unread: 0 })
  }

  /** The visitor looks at another page. */
  here(place: Place, page: PageView): void {
    const known = this.unresolvedOf(place)
    if (known) this.#set({ ...known, visitor: { ...known.visitor, page } })
  }

  clear(): void {
    this.#byId.clear()
    this.#newest.clear()
    this.#readUpTo.clear()
  }

  #set(after: Conversation): Conversation {
    const before = this.#byId.get(after.id)
    const key = placeKey({ site: after.site, visitor: after.visitor.id })
    const newest = this.#byId.get(this.#newest.get(key) ?? '')
    this.#byId.set(after.id, after)
    if (!newest || newest.openedSeq <= after.openedSeq) this.#newest.set(key, after.id)
    this.#onChange({ before, after })
    return after
  }

  #readOf({ site, visitor }: Conversation): number {
    return this.#readUpTo.get(placeKey({ site, visitor: visitor.id })) ?? 0
  }

  #hasRead(conversation: Conversation): boolean {
    const last = conversation.lastMessage?.seq ?? conversation.lastSeq
    return last > 0 && this.#readOf(conversation) >= last
  }
}

/** The counts after one change. Only what stood in the lists before can be counted out. */
export function countChange(counts: InboxCounts, { before, after }: Change, me: AgentId): InboxCounts {
  if (!before) return counts
  const moved = (view: 'mine' | 'queue' | 'all') =>
    Math.max(0, counts[view] + Number(isInView(view, after, me)) - Number(isInView(view, before, me)))
  return { mine: moved('mine'), queue: moved('queue'), all: moved('all') }
}
