import type { Session } from '@usher-chat/sdk/protocol'
import type { ConnectionStatus, Thread, TimelineItem, TimelineMessage, Typist, VisitorClient, VisitorEvents } from '@usher-chat/sdk/visitor'
import { createStore, type Store } from '../../ui/create-store.ts'

type ThreadStatus = ReturnType<Thread['status']['getSnapshot']>

/** A client without a server: the panel is drawn from what stands in its stores. For pictures and for tests of the panel alone. */
export interface FakeClient extends VisitorClient {
  readonly stores: {
    connection: Store<ConnectionStatus>
    session: Store<Session | null>
    items: Store<readonly TimelineItem[]>
    typing: Store<readonly Typist[]>
    status: Store<ThreadStatus>
    unread: Store<number>
  }
  /** What the panel asked for, in order. */
  readonly calls: string[]
}

export interface FakeParts {
  /** Answers `start()`. */
  start: () => Promise<Session>
  /** Answers `send()`; the row is the test's business. */
  send?: (text: string) => Promise<TimelineMessage>
  loadOlder?: () => Promise<void>
}

const never = new Promise<never>(() => undefined)

export function createFakeClient({ start, send = () => never, loadOlder = () => never }: FakeParts): FakeClient {
  const stores: FakeClient['stores'] = {
    connection: createStore<ConnectionStatus>({ state: 'idle' }),
    session: createStore<Session | null>(null),
    items: createStore<readonly TimelineItem[]>([]),
    typing: createStore<readonly Typist[]>([]),
    status: createStore<ThreadStatus>({ phase: 'loading', hasOlder: false, loadingOlder: false }),
    unread: createStore(0),
  }
  const calls: string[] = []
  const told = async (call: string) => void calls.push(call)
  const thread: Thread = {
    site: 'site',
    visitor: 'visitor',
    ...stores,
    send: (text) => told(`send ${text}`).then(() => send(text)),
    retry: (id) => told(`retry ${id}`).then(() => never),
    discard: (id) => void calls.push(`discard ${id}`),
    loadOlder: () => told('loadOlder').then(loadOlder),
    keystroke: (text) => void calls.push(`keystroke ${text}`),
    markRead: () => {
      calls.push('markRead')
      stores.unread.set(0)
    },
  }
  return {
    stores,
    calls,
    connection: stores.connection,
    session: stores.session,
    thread,
    on:
      <K extends keyof VisitorEvents>(type: K) =>
      () =>
        void calls.push(`off ${type}`),
    start: () => told('start').then(start),
    connect: () => void calls.push('connect'),
    here: (page) => void calls.push(`here ${page.url}`),
    update: () => told('update'),
    identify: () => told('identify'),
    logout: () => told('logout'),
    close: () => told('close'),
  }
}
