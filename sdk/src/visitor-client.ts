import { Announced } from './announced.ts'
import { type Access, Connection, type Link } from './connection.ts'
import { createEmitter } from './emitter.ts'
import { type Place, readIncoming } from './incoming.ts'
import { Outbox, type OutboxEntry } from './outbox.ts'
import type { ClientParts } from './parts.ts'
import { decode, encode } from './protocol/codec.ts'
import { isUsherError, UsherError } from './protocol/errors.ts'
import { event } from './protocol/events.ts'
import { agentPulse } from './protocol/messages.ts'
import type { PageView, Session, SessionRequest, ThreadPage, VisitorPatch } from './protocol/rest.ts'
import { permissions, subjects } from './protocol/subjects.ts'
import { createState } from './readable.ts'
import { createRest, type Rest } from './rest-client.ts'
import { ThreadCore } from './thread.ts'
import type { PageQuery } from './thread-reader.ts'
import { tokenLifeMs } from './token-life.ts'
import type { TransportMessage } from './transport.ts'
import type { Unsubscribe, VisitorClient, VisitorEvents, VisitorOptions } from './types.ts'

/** The part of a token's life after which a new one is fetched rather than used again. */
const freshPart = 0.7

export class VisitorSide implements VisitorClient {
  readonly session = createState<Session | null>(null)
  readonly thread: ThreadCore
  readonly connection: Connection['status']
  readonly #events = createEmitter<VisitorEvents>()
  readonly #connection: Connection
  readonly #options: VisitorOptions
  readonly #parts: ClientParts
  readonly #rest: Rest
  readonly #storageKey: string
  readonly #unwatch: Unsubscribe
  readonly #announced = new Announced()
  #identity: VisitorOptions['identity']
  #opening: Promise<Session> | undefined
  #starting: Promise<Session> | undefined
  /** Counts logouts: answers meant for an earlier visitor are dropped. */
  #life = 0
  #sessionAt = 0
  #unusedSession: Session | undefined
  #page: PageView | undefined
  /** The agents have not heard yet who writes. */
  #isStranger = false
  #closed = false

  constructor(options: VisitorOptions, parts: ClientParts) {
    this.#options = options
    this.#parts = parts
    this.#identity = options.identity
    this.#storageKey = `usher.${options.siteKey}`
    this.#rest = createRest({
      baseUrl: options.baseUrl,
      fetch: options.fetch,
      headers: () => this.#authorization(),
      credentials: 'omit',
    })
    this.#connection = new Connection({
      ...parts,
      webSocket: options.webSocket,
      access: () => this.#access(),
      onLink: (link, renewed) => this.#linked(link, renewed),
      onLost: () => this.thread.offline(),
    })
    this.connection = this.#connection.status
    this.thread = this.#createThread()
    this.#unwatch = parts.watchStorage(this.#storageKey, () => this.#forgotten())
  }

  on<K extends keyof VisitorEvents>(type: K, listener: (payload: VisitorEvents[K]) => void): Unsubscribe {
    return this.#events.on(type, listener)
  }

  start(): Promise<Session> {
    this.#starting ??= this.#shared(
      this.#open().then(async (session) => {
        await this.thread.load()
        return session
      }),
      () => {
        this.#starting = undefined
      },
    )
    return this.#starting
  }

  connect(): void {
    if (!this.#closed) this.#connection.start()
  }

  here(page: PageView): void {
    this.#page = page
    const { transport } = this.#connection.link ?? {}
    const session = this.session.getSnapshot()
    if (transport && session)
      transport.publish(subjects.visitorPulse(session.site.id, session.visitor.id), encode({ v: 1, type: 'here', page }))
  }

  async update(patch: VisitorPatch): Promise<void> {
    await this.#open()
    await this.#authorized(() => this.#rest('PATCH', '/v1/visitor', { body: patch }))
  }

  async identify(identity: () => Promise<string> | string): Promise<void> {
    const { state } = this.connection.getSnapshot()
    await this.logout()
    this.#identity = identity
    await this.start()
    if (state !== 'idle' && state !== 'closed') this.connect()
  }

  async logout(): Promise<void> {
    const visitor = this.session.getSnapshot()?.visitor.id
    this.#parts.storage.removeItem(this.#storageKey)
    this.#forgotten()
    this.#identity = undefined
    if (visitor !== undefined) await this.#outboxOf(visitor).clear()
    await this.#earlyOutbox()?.clear()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#life++
    this.#unwatch()
    this.#connection.stop()
    this.thread.dispose(disposed())
    this.#parts.tabs.release()
  }

  // ── session ──

  /** The session there is, or a new one; shared by all who ask at the same time. */
  #open(): Promise<Session> {
    if (this.#closed) return Promise.reject(disposed())
    this.#opening ??= this.#shared(this.#openSession(), () => {
      this.#opening = undefined
    })
    return this.#opening
  }

  /** A promise for many; after a failure the next call tries again. */
  #shared(promise: Promise<Session>, forget: () => void): Promise<Session> {
    const life = this.#life
    promise.catch(() => life === this.#life && forget())
    return promise
  }

  async #openSession(): Promise<Session> {
    const life = this.#life
    const { siteKey, page, locale } = this.#options
    const token = this.#parts.storage.getItem(this.#storageKey) ?? undefined
    const identity = await this.#identity?.()
    this.#page = page?.() ?? this.#page
    const body: SessionRequest = { site: siteKey, token, identity, page: this.#page, locale }
    if (life !== this.#life) throw this.#over()
    const session = await this.#rest<Session>('POST', '/v1/session', { body })
    if (life !== this.#life) throw this.#over()
    // Without an earlier token nothing can have been said.
    this.#takeSession(session, token === undefined && identity === undefined)
    return session
  }

  #over(): UsherError {
    return this.#closed ? disposed() : new UsherError('aborted', 'unable to go on; the visitor was logged out')
  }

  #takeSession(session: Session, isNew: boolean): void {
    const before = this.session.getSnapshot()
    this.#parts.storage.setItem(this.#storageKey, session.token)
    this.#sessionAt = this.#parts.clock.now()
    this.#unusedSession = session
    this.session.set(session)
    if (before?.visitor.id === session.visitor.id) return
    // The server did not take the token: from now on somebody else writes here.
    if (before) this.thread.reset(new UsherError('session_revoked', 'unable to send; the session was replaced'))
    this.#isStranger = session.thread.lastSeq === 0
    const { visitor, site, thread } = session
    const outbox = this.#outboxOf(visitor.id)
    const self = { role: 'visitor' as const, id: visitor.id }
    this.thread.open(
      { site: site.id, visitor: visitor.id, self, author: { ...self, ...(visitor.name && { name: visitor.name }) }, outbox },
      thread.unread,
    )
    if (thread.conversation?.assignee) this.thread.learn({ role: 'agent', ...thread.conversation.assignee })
    if (isNew) this.thread.startEmpty()
    this.thread.adopt(this.#adopt(outbox))
  }

  /** Each session brings a token, good for one dial if that comes soon. */
  async #access(): Promise<Access> {
    await this.#open()
    const fetched = this.#unusedSession
    const isGood = fetched && this.#parts.clock.now() - this.#sessionAt < freshPart * tokenLifeMs(fetched.nats.jwt)
    const session = isGood ? fetched : await this.#openSession()
    this.#unusedSession = undefined
    return { ...session.nats, epoch: session.epoch, self: session.visitor.id }
  }

  /** Logged out, here or in another tab. */
  #forgotten(): void {
    this.#connection.stop('idle')
    this.#life++
    this.thread.reset(new UsherError('aborted', 'unable to send; the visitor was logged out'))
    this.session.set(null)
    this.#opening = undefined
    this.#starting = undefined
    this.#page = undefined
  }

  // ── thread ──

  #createThread(): ThreadCore {
    const { emit } = this.#events
    return new ThreadCore({
      clock: this.#parts.clock,
      role: 'visitor',
      fetchPage: (_, query) => this.#fetchPage(query),
      earlyOutbox: () => this.#earlyOutbox(),
      preview: () => this.session.getSnapshot()?.site.typingPreview ?? false,
      onWanted: () => void this.start().catch((error: UsherError) => emit('error', { error })),
      onReceived: (message) => {
        if (this.#announced.isNews(message)) emit('message.received', { message })
      },
      onSent: (message) => {
        this.#introduce()
        emit('message.sent', { message })
      },
      onEvent: ({ event }) => {
        if (event.type !== 'routing.decided') emit('event.received', { event })
      },
      onRead: () => {},
      onResync: () => this.#connection.resync(),
      onError: (error) => emit('error', { error }),
    })
  }

  #linked(link: Link, renewed: boolean): void {
    const session = this.session.getSnapshot()
    if (!session) return
    const place = { site: session.site.id, visitor: session.visitor.id }
    for (const subject of subscriptions(place)) link.transport.subscribe(subject, (message) => this.#receive(message, link, place))
    if (renewed) {
      this.thread.relink(link)
      return
    }
    this.thread.adopt(this.#adopt(this.#outboxOf(place.visitor)))
    void this.thread.online(link)
    if (this.#page) this.here(this.#page)
  }

  #receive(message: TransportMessage, link: Link, { visitor }: Place): void {
    const reading = {
      self: { role: 'visitor' as const, id: visitor },
      event: (data: Uint8Array) => decode(event, data),
      pulse: (data: Uint8Array) => decode(agentPulse, data),
    }
    const incoming = readIncoming(message, link.epoch, reading, this.#parts.clock.now())
    if (incoming?.visitor === visitor && incoming.visitor === this.thread.visitor) this.thread.receive(incoming)
  }

  #fetchPage(query: PageQuery): Promise<ThreadPage> {
    return this.#authorized(() => this.#rest<ThreadPage>('GET', '/v1/thread', { query: { ...query } }))
  }

  /** With the first message the agents hear who writes; if that fails, with the next one. */
  #introduce(): void {
    if (!this.#isStranger) return
    this.#isStranger = false
    const { locale } = this.#options
    this.update({ ...(this.#page && { page: this.#page }), ...(locale && { locale }) }).catch(() => {
      this.#isStranger = true
    })
  }

  #outboxOf(visitor: string): Outbox {
    const { outbox: driver, tabs } = this.#parts
    return new Outbox({ owner: visitor, driver, tabs, onError: (cause) => this.#storeFailed(cause) })
  }

  /** For what is written before the session is there: kept for whoever this device is, unless the site says who that is. */
  #earlyOutbox(): Outbox | undefined {
    return this.#identity ? undefined : this.#outboxOf(`new.${this.#options.siteKey}`)
  }

  async #adopt(own: Outbox): Promise<OutboxEntry[]> {
    const [left = [], early = []] = await Promise.all([own.adopt(), this.#earlyOutbox()?.adopt()])
    return [...left, ...early]
  }

  #storeFailed(cause: unknown): void {
    this.#events.emit('error', { error: new UsherError('internal', 'unable to keep messages on this device; the store failed', { cause }) })
  }

  #authorization(): Record<string, string> {
    const session = this.session.getSnapshot()
    return session ? { authorization: `Bearer ${session.token}` } : {}
  }

  /** A visitor token lives a year; one that ran out is replaced once. */
  async #authorized<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      if (!isUsherError(error, 'token_expired') && !isUsherError(error, 'token_invalid')) throw error
      await this.#openSession()
      return call()
    }
  }
}

const disposed = () => new UsherError('disposed', 'unable to go on; the client is closed')

/** What a visitor hears of their thread. [R14] */
function subscriptions({ site, visitor }: Place): string[] {
  return permissions.visitor.subscribe
    .filter((subject) => !subject.startsWith('_INBOX'))
    .map((subject) => subject.replace('{site}', site).replace('{id}', visitor))
}
