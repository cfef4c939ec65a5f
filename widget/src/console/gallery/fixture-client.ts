import type { AgentClient, AgentEvents, AgentThread, ConnectionStatus, Inbox, TimelineItem, Typist } from '@usher-chat/sdk/agent'
import type { Conversation, InboxCounts, InboxView, Me, MessageId, Presence, VisitorId } from '@usher-chat/sdk/protocol'
import { UsherError } from '@usher-chat/sdk/protocol'
import { createStore, type Store } from '../../ui/create-store.ts'
import { me as anna, envelope, happened, message } from './fixture-data.ts'

export interface FixtureOptions {
  /** Logged in from the start. */
  me?: Me | null
  conversations?: readonly Conversation[]
  /** The thread of a conversation. */
  thread?: (conversation: Conversation) => readonly TimelineItem[]
  unread?: number
  typing?: readonly Typist[]
  connection?: ConnectionStatus
  /** Every call to the server fails so. */
  failure?: UsherError
  loading?: boolean
  now: () => number
}

/** A client that answers from memory: the console drawn, and tested, without a server. */
export interface FixtureClient extends AgentClient {
  readonly connection: Store<ConnectionStatus>
  readonly conversations: Store<readonly Conversation[]>
  emit<K extends keyof AgentEvents>(type: K, payload: AgentEvents[K]): void
  /** Adds something to a visitor's thread as if it had arrived. */
  arrive(visitor: VisitorId, item: TimelineItem): void
  /** Names of the calls made, in order, with what matters of their arguments. */
  readonly calls: string[]
}

const views: Record<InboxView, (conversation: Conversation, agent: string) => boolean> = {
  mine: ({ status, assignee }, agent) => status === 'open' && assignee?.id === agent,
  queue: ({ status }) => status === 'queued',
  all: ({ status }) => status !== 'resolved',
  resolved: ({ status }) => status === 'resolved',
}

export function createFixtureClient(options: FixtureOptions): FixtureClient {
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const calls: string[] = []
  const me = createStore<Me | null>(options.me === undefined ? anna : options.me)
  const conversations = createStore(options.conversations ?? [])
  const presences = createStore<ReadonlyMap<string, Presence>>(new Map())
  const counts = createStore<InboxCounts>({ mine: 0, queue: 0, all: 0 })
  const threads = new Map<VisitorId, FixtureThread>()
  const own = () => me.getSnapshot()?.id ?? anna.id

  const count = () => {
    const number = (view: InboxView) => conversations.getSnapshot().filter((conversation) => views[view](conversation, own())).length
    counts.set({ mine: number('mine'), queue: number('queue'), all: number('all') })
  }
  conversations.subscribe(count)
  count()

  const answer = async <T>(call: string, value: () => T): Promise<T> => {
    calls.push(call)
    await Promise.resolve()
    if (options.failure !== undefined) throw options.failure
    return value()
  }
  const find = (id: string) => {
    const found = conversations.getSnapshot().find((conversation) => conversation.id === id)
    if (found === undefined) throw new UsherError('not_found', 'unable to open the conversation; it does not exist')
    return found
  }
  const change = (id: string, part: Partial<Conversation>) => {
    const changed = { ...find(id), ...part }
    conversations.set(conversations.getSnapshot().map((conversation) => (conversation.id === id ? changed : conversation)))
    return changed
  }
  const threadOf = (visitor: VisitorId): FixtureThread => {
    const known = threads.get(visitor)
    if (known !== undefined) return known
    const conversation = conversations.getSnapshot().find((candidate) => candidate.visitor.id === visitor)
    const made = createFixtureThread(options, conversation, visitor, calls)
    threads.set(visitor, made)
    return made
  }
  return {
    connection: createStore<ConnectionStatus>(options.connection ?? { state: 'connected' }),
    me,
    counts,
    presences,
    conversations,
    calls,
    on(type, listener) {
      const set = listeners.get(type) ?? new Set()
      listeners.set(type, set.add(listener as never))
      return () => set.delete(listener as never)
    },
    emit(type, payload) {
      for (const listener of listeners.get(type) ?? []) listener(payload as never)
    },
    arrive: (visitor, item) => threadOf(visitor).items.set([...threadOf(visitor).items.getSnapshot(), item]),
    resume: () => answer('resume', () => me.getSnapshot()),
    login: ({ email, password }) =>
      answer(`login ${email}`, () => {
        if (password !== 'demo-demo') throw new UsherError('wrong_credentials', 'unable to log in; wrong e-mail or password')
        me.set(anna)
        return anna
      }),
    logout: () => answer('logout', () => me.set(null)),
    connect: () => void calls.push('connect'),
    inbox: (view) => createFixtureInbox(options, conversations, (conversation) => views[view](conversation, own())),
    thread: (_, visitor) => threadOf(visitor),
    conversation: (id) => answer(`conversation ${id}`, () => find(id)),
    visitor: (_, id) =>
      answer(`visitor ${id}`, () => {
        const of = conversations.getSnapshot().filter(({ visitor }) => visitor.id === id)
        return { ...of[0]!.visitor, conversations: of }
      }),
    setPresence: (presence) => answer(`presence ${presence}`, () => presences.set(new Map([[own(), presence]]))),
    assign: (id, { take = false } = {}) =>
      answer(`assign ${id}${take ? ' take' : ''}`, () => {
        const { assignee } = find(id)
        if (assignee !== undefined && assignee.id !== own() && !take) {
          throw new UsherError('already_assigned', `unable to assign; ${assignee.name} has it`)
        }
        return change(id, { status: 'open', assignee: { id: own(), name: me.getSnapshot()?.name ?? '' } })
      }),
    resolve: (id) => answer(`resolve ${id}`, () => endOf(threadOf(find(id).visitor.id), change(id, { status: 'resolved' }))),
    reopen: (id) => answer(`reopen ${id}`, () => change(id, { status: 'open' })),
    close: () => Promise.resolve(),
  }
}

function endOf(thread: FixtureThread, conversation: Conversation): Conversation {
  const event = happened(900, 0, { ...envelope(conversation.id), type: 'conversation.resolved', data: { by: anna.id } })
  thread.items.set([...thread.items.getSnapshot(), event])
  return conversation
}

function createFixtureInbox(
  options: FixtureOptions,
  all: Store<readonly Conversation[]>,
  holds: (conversation: Conversation) => boolean,
): Inbox {
  const { failure, loading } = options
  const select = () => (loading || failure !== undefined ? [] : all.getSnapshot().filter(holds))
  const items = createStore<readonly Conversation[]>(select())
  const release = all.subscribe(() => items.set(select()))
  const phase = failure !== undefined ? 'error' : loading ? 'loading' : 'ready'
  return {
    items,
    status: createStore<ReturnType<Inbox['status']['getSnapshot']>>({
      phase,
      hasMore: false,
      ...(failure === undefined ? {} : { error: failure }),
    }),
    loadMore: async () => {},
    refresh: async () => {},
    release,
  }
}

interface FixtureThread extends AgentThread {
  readonly items: Store<readonly TimelineItem[]>
}

/** The first page is the last 50 items; the rest comes in pages of 50 when older ones are asked for. */
const page = 50

function createFixtureThread(
  options: FixtureOptions,
  conversation: Conversation | undefined,
  visitor: VisitorId,
  calls: string[],
): FixtureThread {
  const all = conversation === undefined ? [] : (options.thread?.(conversation) ?? [])
  let loaded = Math.min(page, all.length)
  const items = createStore<readonly TimelineItem[]>(options.loading ? [] : all.slice(all.length - loaded))
  const unread = createStore(options.unread ?? 0)
  const phase = options.loading ? ('loading' as const) : ('ready' as const)
  const status = createStore({ phase, hasOlder: loaded < all.length, loadingOlder: false })
  const add = async (text: string, note: boolean) => {
    calls.push(`${note ? 'note' : 'send'} ${text}`)
    if (conversation === undefined) throw new UsherError('not_found', 'unable to send; no such thread')
    const sent = message(conversation.visitor, null, { ago: 0, by: anna, text, note, change: { delivery: 'sending' } })
    items.set([...items.getSnapshot(), sent])
    await Promise.resolve()
    patch(sent.id, { seq: 1_000 + items.getSnapshot().length, delivery: 'saved' })
    return sent
  }
  const patch = (id: MessageId, part: object) =>
    items.set(items.getSnapshot().map((item) => (item.id === id ? { ...item, ...part } : item)))
  return {
    site: conversation?.site ?? '',
    visitor,
    items,
    status,
    unread,
    typing: createStore(options.typing ?? []),
    send: (text) => add(text, false),
    note: (text) => add(text, true),
    retry: async (id) => {
      patch(id, { delivery: 'saved' })
      return items.getSnapshot().find((item) => item.id === id) as Awaited<ReturnType<AgentThread['retry']>>
    },
    discard: (id) => items.set(items.getSnapshot().filter((item) => item.id !== id)),
    loadOlder: async () => {
      if (loaded >= all.length || status.getSnapshot().loadingOlder) return
      status.set({ ...status.getSnapshot(), loadingOlder: true })
      await new Promise((done) => setTimeout(done, 60))
      const more = all.slice(Math.max(0, all.length - loaded - page), all.length - loaded)
      loaded += more.length
      items.set([...more, ...items.getSnapshot()])
      status.set({ phase: 'ready', hasOlder: loaded < all.length, loadingOlder: false })
    },
    keystroke: (text) => void calls.push(`keystroke ${text}`),
    markRead: () => {
      if (unread.getSnapshot() > 0) calls.push('markRead')
      unread.set(0)
    },
    release: () => {},
  }
}
