import { AgentThreads } from './agent-threads.ts'
import { Announced } from './announced.ts'
import { type Access, Connection, type Link } from './connection.ts'
import { createCookieJar } from './cookie-jar.ts'
import { createEmitter } from './emitter.ts'
import { Inboxes } from './inbox.ts'
import { type Incoming, type Place, type Reading, readIncoming } from './incoming.ts'
import { Outbox } from './outbox.ts'
import type { ClientParts } from './parts.ts'
import { heartbeatMs, Presences } from './presences.ts'
import { decode, encode } from './protocol/codec.ts'
import { isUsherError, UsherError } from './protocol/errors.ts'
import { event, internalEvent } from './protocol/events.ts'
import { agentPulse, heartbeat, type Presence, visitorPulse } from './protocol/messages.ts'
import type { AgentNats, Conversation, InboxView, Me, VisitorCard } from './protocol/rest.ts'
import { permissions, readPresenceSubject, subjects } from './protocol/subjects.ts'
import { createState } from './readable.ts'
import { createRest, type Rest, type RestRequest } from './rest-client.ts'
import type { TransportMessage } from './transport.ts'
import type { AgentClient, AgentEvents, AgentOptions, AgentThread, Inbox, TimelineMessage, Unsubscribe } from './types.ts'

export class AgentSide implements AgentClient {
  readonly me = createState<Me | null>(null)
  readonly connection: Connection['status']
  readonly counts: Inboxes['counts']
  readonly presences: Presences['now']
  readonly #events = createEmitter<AgentEvents>()
  readonly #options: AgentOptions
  readonly #parts: ClientParts
  readonly #rest: Rest
  readonly #connection: Connection
  readonly #inboxes: Inboxes
  readonly #threads: AgentThreads
  readonly #presences: Presences
  readonly #announced = new Announced()
  #cancelHeartbeat = () => {}

  constructor(options: AgentOptions, parts: ClientParts) {
    const { emit } = this.#events
    this.#options = options
    this.#parts = parts
    this.#rest = this.#createRest()
    this.#presences = new Presences({ clock: parts.clock, onChange: (agent, presence) => emit('presence.changed', { agent, presence }) })
    this.presences = this.#presences.now
    const rest: Rest = (method, path, request) => this.#call(method, path, request)
    const me = () => this.me.getSnapshot()
    this.#inboxes = new Inboxes({
      clock: parts.clock,
      rest,
      me: () => me()?.id,
      onAssigned: (conversation) => emit('conversation.assigned', { conversation }),
    })
    this.counts = this.#inboxes.counts
    this.#threads = new AgentThreads({
      clock: parts.clock,
      rest,
      me,
      outbox: ({ id }) => this.#outboxOf(id),
      onReceived: (place, message) => this.#announce(place, message),
      onRead: (place, seq) => this.#inboxes.read(place, seq),
      onResync: () => this.#connection.resync(),
      onError: (error) => emit('error', { error }),
    })
    this.#connection = new Connection({
      ...parts,
      webSocket: options.webSocket,
      access: () => this.#getAccess(),
      // What comes live from unopened threads is placed by the epoch alone.
      alwaysAsk: true,
      onLink: (link, renewed) => this.#linked(link, renewed),
      onLost: () => this.#lost(),
      onFailed: (error) => this.#ended(error),
    })
    this.connection = this.#connection.status
  }

  on<K extends keyof AgentEvents>(type: K, listener: (payload: AgentEvents[K]) => void): Unsubscribe {
    return this.#events.on(type, listener)
  }

  // ── login ──

  async resume(): Promise<Me | null> {
    try {
      return this.#loggedIn(await this.#rest<Me>('GET', '/v1/me'))
    } catch (error) {
      if (isUsherError(error, 'unauthenticated') || isUsherError(error, 'session_revoked')) return null
      throw error
    }
  }

  async login(credentials: { email: string; password: string }): Promise<Me> {
    return this.#loggedIn(await this.#rest<Me>('POST', '/v1/login', { body: credentials }))
  }

  async logout(): Promise<void> {
    const me = this.me.getSnapshot()
    this.#connection.stop('idle')
    this.#forget(new UsherError('aborted', 'unable to go on; the agent was logged out'))
    if (me) await this.#outboxOf(me.id).clear()
    await this.#rest('POST', '/v1/logout', { body: {} })
  }

  connect(): void {
    this.#connection.start()
  }

  async close(): Promise<void> {
    this.#connection.stop()
    this.#threads.dispose(new UsherError('disposed', 'unable to go on; the client is closed'))
    this.#inboxes.clear()
    this.#presences.clear()
    this.#parts.tabs.release()
  }

  // ── conversations ──

  inbox(view: InboxView): Inbox {
    return this.#inboxes.list(view)
  }

  thread(site: string, visitor: string): AgentThread {
    return this.#threads.open({ site, visitor })
  }

  conversation(id: string): Promise<Conversation> {
    return this.#told('GET', `/v1/conversations/${id}`)
  }

  visitor(site: string, id: string): Promise<VisitorCard & { conversations: Conversation[] }> {
    return this.#call('GET', `/v1/visitors/${id}`, { query: { site } })
  }

  assign(conversation: string, options: { agent?: string; take?: boolean } = {}): Promise<Conversation> {
    return this.#told('POST', `/v1/conversations/${conversation}/assign`, { body: options })
  }

  /** What the visitor wrote after the last message on screen opens the next conversation. */
  resolve(conversation: string): Promise<Conversation> {
    const known = this.#inboxes.get(conversation)
    const seq = known && this.#threads.lastSeq({ site: known.site, visitor: known.visitor.id })
    return this.#told('POST', `/v1/conversations/${conversation}/resolve`, { body: seq === undefined ? {} : { seq } })
  }

  reopen(conversation: string): Promise<Conversation> {
    return this.#told('POST', `/v1/conversations/${conversation}/reopen`, { body: {} })
  }

  async setPresence(presence: Presence): Promise<void> {
    await this.#call('PUT', '/v1/me/presence', { body: { presence } })
    const me = this.me.getSnapshot()
    if (!me) return
    this.me.set({ ...me, presence })
    this.#beat(presence)
  }

  async #told(method: string, path: string, request?: RestRequest): Promise<Conversation> {
    return this.#inboxes.put(await this.#call<Conversation>(method, path, request))
  }

  // ── inside ──

  #createRest(): Rest {
    const { baseUrl, fetch } = this.#options
    if (typeof window !== 'undefined') return createRest({ baseUrl, fetch, headers: () => ({}), credentials: 'include' })
    const jar = createCookieJar()
    return createRest({ baseUrl, fetch, headers: jar.headers, credentials: 'omit', onResponse: jar.take })
  }

  /** A call that needs a login; without one the login has ended. */
  async #call<T>(method: string, path: string, request?: RestRequest): Promise<T> {
    try {
      return await this.#rest<T>(method, path, request)
    } catch (error) {
      if (isUsherError(error, 'unauthenticated') && this.me.getSnapshot()) this.#connection.fail(error)
      throw error
    }
  }

  #loggedIn(me: Me): Me {
    if (this.me.getSnapshot() && this.me.getSnapshot()?.id !== me.id)
      this.#forget(new UsherError('aborted', 'unable to go on; somebody else has logged in'))
    this.me.set(me)
    return me
  }

  #ended(error: UsherError): void {
    if (!this.me.getSnapshot()) return
    this.#forget(error)
    this.#events.emit('login.ended', { error })
  }

  #forget(error: UsherError): void {
    this.#threads.dispose(error)
    this.me.set(null)
    this.#inboxes.clear()
    this.#presences.clear()
  }

  async #getAccess(): Promise<Access> {
    const me = this.me.getSnapshot()
    if (!me) throw new UsherError('unauthenticated', 'unable to connect; nobody is logged in')
    return { ...(await this.#rest<AgentNats>('GET', '/v1/me/nats')), self: me.id }
  }

  #linked(link: Link, renewed: boolean): void {
    const me = this.me.getSnapshot()
    if (!me) return
    const reading = readingOf(me.id)
    for (const subject of subscriptions(me)) link.transport.subscribe(subject, (message) => this.#receive(message, link, reading))
    this.#threads.online(link, renewed)
    if (!renewed) this.#inboxes.refresh()
    this.#beat(me.presence)
  }

  #lost(): void {
    this.#cancelHeartbeat()
    this.#threads.offline()
  }

  #receive(message: TransportMessage, link: Link, reading: Reading<AnyPulse>): void {
    const agent = readPresenceSubject(message.subject)
    if (agent !== undefined) {
      const beat = decode(heartbeat, message.data)
      if (beat) this.#presences.heard(agent, beat.presence)
      return
    }
    const incoming = readIncoming(message, link.epoch, reading, this.#parts.clock.now())
    if (incoming) this.#apply(incoming)
  }

  #apply(incoming: Incoming<AnyPulse>): void {
    if (incoming.type === 'chat') this.#inboxes.chat(incoming)
    if (incoming.type === 'pulse') this.#inboxes.pulse(incoming)
    const isHeld = this.#threads.receive(incoming)
    if (isHeld || incoming.type !== 'chat' || incoming.item?.type !== 'message' || incoming.item.mine) return
    this.#announce({ site: incoming.site, visitor: incoming.visitor }, incoming.item)
  }

  #announce(place: Place, message: TimelineMessage): void {
    if (this.#announced.isNews(message)) this.#events.emit('message.received', { ...place, message })
  }

  #beat(presence: Presence): void {
    const { link } = this.#connection
    const me = this.me.getSnapshot()
    this.#cancelHeartbeat()
    if (!link || !me || this.#options.heartbeat === false) return
    link.transport.publish(subjects.presence(me.id), encode({ v: 1, presence }))
    if (presence === 'offline') return
    this.#cancelHeartbeat = this.#parts.clock.after(heartbeatMs, () => this.#beat(this.me.getSnapshot()?.presence ?? 'offline'))
  }

  #outboxOf(owner: string): Outbox {
    const { outbox: driver, tabs } = this.#parts
    const onError = (cause: unknown) => {
      this.#events.emit('error', {
        error: new UsherError('internal', 'unable to keep messages on this device; the store failed', { cause }),
      })
    }
    return new Outbox({ owner, driver, tabs, onError })
  }
}

type AnyPulse = NonNullable<ReturnType<typeof decodePulse>>

const decodePulse = (data: Uint8Array, by: 'visitor' | 'agent') =>
  by === 'visitor' ? decode(visitorPulse, data) : decode(agentPulse, data)

const readingOf = (id: string): Reading<AnyPulse> => ({
  self: { role: 'agent', id },
  event: (data) => decode(event, data) ?? decode(internalEvent, data),
  pulse: decodePulse,
})

/** What an agent hears: everything of their sites, and their colleagues. [R14] */
function subscriptions({ sites }: Me): string[] {
  return permissions.agent.subscribe.flatMap((subject) => {
    if (subject.startsWith('_INBOX')) return []
    return subject.includes('{site}') ? sites.map(({ id }) => subject.replace('{site}', id)) : [subject]
  })
}
