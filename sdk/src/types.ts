import type { OutboxDriver } from './outbox.ts'
import type {
  AgentCard,
  AgentId,
  Author,
  Conversation,
  ConversationId,
  ErrorCode,
  InboxCounts,
  InboxView,
  InternalEvent,
  Me,
  MessageId,
  PageView,
  Presence,
  Session,
  SiteId,
  SiteSettings,
  ThreadEvent,
  UsherError,
  VisitorCard,
  VisitorId,
  VisitorPatch,
} from './protocol/index.ts'

export type Unsubscribe = () => void

/** A value with a stable snapshot between changes: fits React's and Preact's external-store hooks as it is. */
export interface Readable<T> {
  getSnapshot(): T
  subscribe(onChange: () => void): Unsubscribe
}

export interface Emitter<Events> {
  /** Returns the function that takes the listener off again. */
  on<K extends keyof Events>(type: K, listener: (payload: Events[K]) => void): Unsubscribe
}

// ── connection ──

export type ConnectionState =
  | 'idle'
  | 'connecting'
  | 'connected'
  /** Lost; dialling again by itself. */
  | 'reconnecting'
  /** Ended by `close()`. */
  | 'closed'
  /** Terminal: a new login or another site is needed; see `error`. */
  | 'failed'

export interface ConnectionStatus {
  state: ConnectionState
  /** Why it is not connected. */
  error?: UsherError
  /** When the next dial happens, epoch ms; only while reconnecting. */
  retryAt?: number
}

// ── timeline ──

/**
 * Of one's own message: `queued` (offline, kept) → `sending` → `sent` (stored in the stream) → `saved` (committed in Postgres)
 * → `read` (the other side read it), or `failed` (refused; see `error`, offer retry).
 */
export type Delivery = 'queued' | 'sending' | 'sent' | 'saved' | 'read' | 'failed'

export interface TimelineMessage {
  readonly type: 'message'
  /** Made by the author's client: the row's key never changes. */
  readonly id: MessageId
  /** null until it is stored. */
  readonly seq: number | null
  readonly at: Date
  readonly author: Author
  /** Written by the user of this client (on any of their devices). */
  readonly mine: boolean
  /** Only agents see it. */
  readonly note: boolean
  /** `unknown`: a kind this version cannot draw; `text` is then empty. */
  readonly kind: 'text' | 'unknown'
  readonly text: string
  /** Only of own messages. */
  readonly delivery?: Delivery
  /** Only when `delivery` is `failed`. */
  readonly error?: UsherError
}

export interface TimelineEvent {
  readonly type: 'event'
  readonly id: MessageId
  readonly seq: number
  readonly at: Date
  readonly event: ThreadEvent | InternalEvent
  readonly internal: boolean
}

export type TimelineItem = TimelineMessage | TimelineEvent

export interface Typist {
  role: 'visitor' | 'agent'
  id: string
  name?: string
  avatarUrl?: string
  /** The draft, where the site allows agents to see it. */
  text?: string
}

/** One thread: ordered, gap-free, with the own unsent messages at its end. */
export interface Thread {
  readonly site: SiteId
  readonly visitor: VisitorId
  /** In the order of the stream; own unsent messages last. The same array between changes. */
  readonly items: Readable<readonly TimelineItem[]>
  /** Who is typing on the other side (and, for agents, colleagues). */
  readonly typing: Readable<readonly Typist[]>
  /** `loading` until the first page is there. */
  readonly status: Readable<{ phase: 'loading' | 'ready' | 'error'; hasOlder: boolean; loadingOlder: boolean; error?: UsherError }>
  /** Messages of others behind the own read cursor. */
  readonly unread: Readable<number>
  /**
   * Adds the message to the screen at once and to the outbox; resolves when it is `sent`, rejects with an UsherError when it is refused
   * (the row stays with delivery `failed`). While offline it stays `queued` and is sent, in order, after the reconnect.
   */
  send(text: string): Promise<TimelineMessage>
  /** Sends a failed message again, with the same id. */
  retry(id: MessageId): Promise<TimelineMessage>
  /** Takes a failed or unsent message off the screen and out of the outbox. */
  discard(id: MessageId): void
  loadOlder(): Promise<void>
  /** Call on every input: throttled inside. Empty text means stopped. */
  keystroke(text: string): void
  /** Everything on screen is read; sent as a pulse when it moves forward. */
  markRead(): void
}

// ── visitor ──

export interface ClientOptions {
  /** Origin of the server, e.g. https://chat.example.com, no trailing slash. */
  baseUrl: string
  fetch?: typeof fetch
  /** Node 20 has no WebSocket: pass the class of the `ws` package. */
  webSocket?: WebSocketConstructor
  /** Where unsent messages survive. Default: IndexedDB, or memory where there is none (Node). */
  outbox?: OutboxDriver
}

/** The part of the browser's WebSocket class the transport needs. */
export type WebSocketConstructor = new (url: string) => WebSocket

/** Where small strings survive a reload (the visitor token). `localStorage` fits. */
export interface KeyValueStore {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

export interface VisitorOptions extends ClientOptions {
  /** The site's public key. */
  siteKey: string
  /** A fresh identity signed by the site's backend; called when a session starts. If it throws it is asked again later. Absent: anonymous. */
  identity?: () => Promise<string> | string
  /** Default: `localStorage`, or memory where that is blocked. */
  storage?: KeyValueStore
  page?: () => PageView
  locale?: string
}

export interface VisitorEvents {
  /** A message of an agent arrived live. */
  'message.received': { message: TimelineMessage }
  /** An own message is stored in the stream. */
  'message.sent': { message: TimelineMessage }
  /** A fact was added to the thread live. */
  'event.received': { event: ThreadEvent }
  /** Background faults nobody awaits. */
  error: { error: UsherError }
}

export interface VisitorClient extends Emitter<VisitorEvents> {
  readonly connection: Readable<ConnectionStatus>
  /** null until `start()` has its answer. */
  readonly session: Readable<Session | null>
  readonly thread: Thread
  /** Asks for the session over HTTP and loads the newest page; no socket yet. Shared: a second call awaits the first. */
  start(): Promise<Session>
  /** Opens the socket (after `start`) and keeps it open until `close()`. */
  connect(): void
  /** Tells agents which page the visitor is on. */
  here(page: PageView): void
  /** Name, e-mail and so on, as typed by the visitor (not vouched for). */
  update(patch: VisitorPatch): Promise<void>
  /**
   * Goes on as the person the site's backend vouches for. The same person notices nothing; a guest who turns out to be somebody sees that
   * person's thread, and what was not stored yet goes along. Rejects with `aborted` when it was called again meanwhile, with
   * `service_unavailable` when `identity` threw; what can heal is tried again by itself once `connect` was called.
   */
  identify(identity: () => Promise<string> | string): Promise<void>
  /** Forgets this visitor on this device: token, outbox, drafts. */
  logout(): Promise<void>
  /** Ends the socket and all timers; unsent messages stay in the outbox. */
  close(): Promise<void>
}

// ── agent ──

export interface AgentOptions extends ClientOptions {
  /** Heartbeats on the bus every 10 s while presence is online or away. Default true. */
  heartbeat?: boolean
}

export interface AgentEvents {
  /** A message or note of somebody else arrived live, in any thread of the agent's sites. */
  'message.received': { site: SiteId; visitor: VisitorId; message: TimelineMessage }
  /** A conversation became this agent's. */
  'conversation.assigned': { conversation: Conversation }
  'presence.changed': { agent: AgentId; presence: Presence }
  /** The login ended (logged out elsewhere, expired, deactivated). */
  'login.ended': { error: UsherError }
  error: { error: UsherError }
}

/** A live list: sorted, counted, kept current from events. */
export interface Inbox {
  readonly items: Readable<readonly Conversation[]>
  readonly status: Readable<{ phase: 'loading' | 'ready' | 'error'; hasMore: boolean; error?: UsherError }>
  loadMore(): Promise<void>
  /** Reads the list again. */
  refresh(): Promise<void>
  /** Stops keeping it current. */
  release(): void
}

export interface AgentThread extends Thread {
  /** Like `send`, but only agents see it. */
  note(text: string): Promise<TimelineMessage>
  /** Stops live updates of this thread. Unsent messages stay in the outbox and go on being sent. */
  release(): void
}

export interface AgentClient extends Emitter<AgentEvents> {
  readonly connection: Readable<ConnectionStatus>
  /** null: not logged in. */
  readonly me: Readable<Me | null>
  readonly counts: Readable<InboxCounts>
  /** Presence of colleagues as far as heard. */
  readonly presences: Readable<ReadonlyMap<AgentId, Presence>>
  /** Picks up an existing login (cookie); null when there is none. */
  resume(): Promise<Me | null>
  login(credentials: { email: string; password: string }): Promise<Me>
  logout(): Promise<void>
  connect(): void
  inbox(view: InboxView): Inbox
  thread(site: SiteId, visitor: VisitorId): AgentThread
  conversation(id: ConversationId): Promise<Conversation>
  visitor(site: SiteId, id: VisitorId): Promise<VisitorCard & { conversations: Conversation[] }>
  setPresence(presence: Presence): Promise<void>
  /** To oneself when `agent` is absent. Rejects with `already_assigned` when a colleague was faster, unless `take`. */
  assign(conversation: ConversationId, options?: { agent?: AgentId; take?: boolean }): Promise<Conversation>
  resolve(conversation: ConversationId): Promise<Conversation>
  reopen(conversation: ConversationId): Promise<Conversation>
  close(): Promise<void>
}

export type { AgentCard, Conversation, ErrorCode, Me, OutboxDriver, Presence, Session, SiteSettings, VisitorCard }
