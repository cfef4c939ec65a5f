import { backoff, readBackoff } from './backoff.ts'
import type { Cancel, Clock } from './clock.ts'
import { type Change, ConversationStore, countChange, inOrderOf, isInView } from './conversation-store.ts'
import { InboxList } from './inbox-list.ts'
import type { IncomingChat, IncomingPulse, Place } from './incoming.ts'
import type { AgentId, ConversationId } from './protocol/ids.ts'
import type { AgentPulse, VisitorPulse } from './protocol/messages.ts'
import type { Conversation, ConversationsPage, InboxCounts, InboxView } from './protocol/rest.ts'
import { createState } from './readable.ts'
import type { Rest } from './rest-client.ts'
import type { Inbox } from './types.ts'

export interface InboxesOptions {
  clock: Clock
  rest: Rest
  me(): AgentId | undefined
  /** It became this agent's. */
  onAssigned(conversation: Conversation): void
}

/** Changed conversations are asked for together, at most this often, ms. */
const fetchEveryMs = 250
/** A message of a conversation that no list has loaded: the lists are read again, at most this often, ms. */
const refreshEveryMs = 1_000
/** Conversations one request may name. */
const mostIds = 100

/** Keeps all lists of conversations current, from events and messages, asking the server for what those leave open. */
export class Inboxes {
  readonly counts = createState<InboxCounts>({ mine: 0, queue: 0, all: 0 })
  readonly #options: InboxesOptions
  readonly #store = new ConversationStore((change) => this.#changed(change))
  readonly #lists = new Set<InboxList>()
  readonly #wanted = new Set<ConversationId>()
  /** Said to be this agent's, and not yet told. */
  readonly #assigned = new Set<ConversationId>()
  #cancelFetch: Cancel | undefined
  #cancelRefresh: Cancel | undefined
  #failures = 0

  constructor(options: InboxesOptions) {
    this.#options = options
  }

  list(view: InboxView): Inbox {
    const list = new InboxList({
      view,
      read: (query) => this.#read({ view, ...query }),
      get: (id) => this.#store.get(id),
      isIn: (conversation) => isInView(view, conversation, this.#options.me() ?? ''),
      inOrder: inOrderOf[view],
      onRelease: (released) => this.#lists.delete(released),
    })
    this.#lists.add(list)
    void list.refresh()
    return list
  }

  get(id: ConversationId): Conversation | undefined {
    return this.#store.get(id)
  }

  put(conversation: Conversation): Conversation {
    return this.#store.put(conversation)
  }

  chat(incoming: IncomingChat): void {
    const { item } = incoming
    if (item?.type === 'event') {
      const { event } = item
      const isMine = event.type === 'conversation.assigned' && event.data.agent.id === this.#options.me()
      if (isMine && !this.#isMine(this.#store.get(event.conversation))) this.#assigned.add(event.conversation)
      this.#store.event(item)
      this.#want(event.conversation)
    } else if (item && !this.#store.message(incoming, item)) this.#refreshSoon()
  }

  pulse({ by, pulse, ...place }: IncomingPulse<VisitorPulse | AgentPulse>): void {
    if (pulse.type === 'here') this.#store.here(place, pulse.page)
    if (pulse.type === 'read' && by.id === this.#options.me()) this.#store.read(place, pulse.seq)
  }

  read(place: Place, seq: number): void {
    this.#store.read(place, seq)
  }

  /** After a reconnect: anything may have happened. */
  refresh(): void {
    for (const list of this.#lists) void list.refresh()
  }

  /** Another agent logs in next. */
  clear(): void {
    this.#cancelFetch?.()
    this.#cancelRefresh?.()
    this.#cancelFetch = this.#cancelRefresh = undefined
    this.#wanted.clear()
    this.#assigned.clear()
    this.#store.clear()
    for (const list of this.#lists) list.clear()
    this.counts.set({ mine: 0, queue: 0, all: 0 })
  }

  async #read(query: Record<string, string | number | undefined>): Promise<ConversationsPage> {
    const page = await this.#options.rest<ConversationsPage>('GET', '/v1/conversations', { query })
    for (const conversation of page.items) this.#store.put(conversation)
    this.counts.set(page.counts)
    return page
  }

  #changed(change: Change): void {
    const me = this.#options.me()
    if (me === undefined) return
    this.counts.set(countChange(this.counts.getSnapshot(), change, me))
    for (const list of this.#lists) list.changed(change.after)
    const { before, after } = change
    // What is first seen in a list was this agent's already, unless an event has just said so.
    const isNews = (before && !this.#isMine(before)) || this.#assigned.has(after.id)
    if (!isNews || !this.#isMine(after)) return
    this.#assigned.delete(after.id)
    this.#options.onAssigned(after)
  }

  #isMine(conversation: Conversation | undefined): boolean {
    return conversation !== undefined && isInView('mine', conversation, this.#options.me() ?? '')
  }

  #want(id: ConversationId): void {
    this.#wanted.add(id)
    this.#cancelFetch ??= this.#options.clock.after(fetchEveryMs, () => void this.#fetchWanted())
  }

  async #fetchWanted(): Promise<void> {
    const ids = [...this.#wanted].slice(0, mostIds)
    for (const id of ids) this.#wanted.delete(id)
    try {
      await this.#read({ ids: ids.join(',') })
      this.#failures = 0
    } catch {
      for (const id of ids) this.#wanted.add(id)
      this.#failures++
    }
    const { clock, me } = this.#options
    const wait = this.#failures === 0 ? fetchEveryMs : backoff(this.#failures, clock.random(), readBackoff)
    const goOn = this.#wanted.size > 0 && me() !== undefined
    this.#cancelFetch = goOn ? clock.after(wait, () => void this.#fetchWanted()) : undefined
  }

  #refreshSoon(): void {
    if (![...this.#lists].some((list) => list.hasMore)) return
    this.#cancelRefresh ??= this.#options.clock.after(refreshEveryMs, () => {
      this.#cancelRefresh = undefined
      for (const list of this.#lists) if (list.hasMore) void list.refresh()
    })
  }
}
