import { Announced } from './announced.ts'
import { type Access, Connection, type Link } from './connection.ts'
import { createEmitter } from './emitter.ts'
import { type Place, readIncoming } from './incoming.ts'
import type { Outbox } from './outbox.ts'
import type { ClientParts } from './parts.ts'
import { decode, encode } from './protocol/codec.ts'
import { isUsherError, UsherError } from './protocol/errors.ts'
import { event } from './protocol/events.ts'
import { agentPulse } from './protocol/messages.ts'
import type { PageView, Session, SessionRequest, ThreadPage, VisitorPatch } from './protocol/rest.ts'
import { permissions, subjects } from './protocol/subjects.ts'
import { readClaims } from './read-claims.ts'
import { createState } from './readable.ts'
import { createRest, type Rest } from './rest-client.ts'
import { ThreadCore } from './thread.ts'
import type { PageQuery } from './thread-reader.ts'
import { tokenLifeMs } from './token-life.ts'
import type { TransportMessage } from './transport.ts'
import type { Unsubscribe, VisitorClient, VisitorEvents, VisitorOptions } from './types.ts'
import { VisitorOutboxes } from './visitor-outboxes.ts'
import { type TokenOwner, tokenOwner } from './visitor-token.ts'

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
  readonly #outboxes: VisitorOutboxes
  #identity: VisitorOptions['identity']
  #opening: Promise<Session> | undefined
  #starting: Promise<Session> | undefined
  /** Counts changes of who writes here: answers meant for an earlier visitor are dropped. */
  #life = 0
  /** The socket is to be open, whoever writes here. */
  #wanted = false
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
    const { tabs, outbox: driver } = parts
    this.#outboxes = new VisitorOutboxes({ siteKey: options.siteKey, driver, tabs, onError: (cause) => this.#storeFailed(cause) })
    this.thread = this.#createThread()
    this.#unwatch = parts.watchStorage(this.#storageKey, () => this.#tokenChanged())
  }

  on<K extends keyof VisitorEvents>(type: K, listener: (payload: VisitorEvents[K]) => void): Unsubscribe {
    return this.#events.on(type, listener)
  }

  start(): Promise<Session> {
    this.#starting ??= this.#shared(this.#load(), () => {
      this.#starting = undefined
    })
    return this.#starting
  }

  connect(): void {
    if (this.#closed) return
    this.#wanted = true
    this.#connection.start()
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
    this.#identity = identity
    this.#outboxes.name(undefined)
    await this.#reopen()
  }

  async logout(): Promise<void> {
    const owner = this.session.getSnapshot()?.visitor ?? tokenOwner(this.#token)
    this.#identity = undefined
    this.#parts.storage.removeItem(this.#storageKey)
    this.#forgotten()
    const cleared = this.#outboxes.clear(owner?.id)
    this.#outboxes.name(undefined)
    await cleared
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

  async #load(): Promise<Session> {
    const life = this.#life
    const session = await this.#open()
    await this.thread.load()
    if (life !== this.#life) throw this.#over()
    return session
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
    const token = this.#token ?? undefined
    const left = tokenOwner(token)
    const identity = await this.#ask()
    this.#page = page?.() ?? this.#page
    const body: SessionRequest = { site: siteKey, token, identity, page: this.#page, locale }
    if (life !== this.#life) throw this.#over()
    const session = await this.#rest<Session>('POST', '/v1/session', { body })
    if (life !== this.#life) throw this.#over()
    // Without an earlier token nothing can have been said.
    this.#takeSession(session, left, token === undefined && identity === undefined)
    return session
  }

  /** Asks the page who this is, if it says so. */
  async #ask(): Promise<string | undefined> {
    const ask = this.#identity
    try {
      const identity = await ask?.()
      // Under that name messages can be kept before there is a session.
      if (ask === this.#identity && this.#outboxes.name(readClaims(identity).sub)) this.thread.keep()
      return identity
    } catch (cause) {
      throw isUsherError(cause)
        ? cause
        : new UsherError('service_unavailable', 'unable to identify the visitor; the page failed', { cause })
    }
  }

  #over(): UsherError {
    return this.#closed ? disposed() : new UsherError('aborted', 'unable to go on; the visitor has changed')
  }

  /** `left`: who was here before this page, if anybody. */
  #takeSession(session: Session, left: TokenOwner | undefined, isNew: boolean): void {
    const before = this.session.getSnapshot()?.visitor
    this.#parts.storage.setItem(this.#storageKey, session.token)
    this.#sessionAt = this.#parts.clock.now()
    this.#unusedSession = session
    this.session.set(session)
    const { visitor, site, thread } = session
    if (before?.id === visitor.id) {
      this.thread.stay()
      return
    }
    if (before) this.#leave(before)
    this.#isStranger = thread.lastSeq === 0
    const self = { role: 'visitor' as const, id: visitor.id }
    const outbox = this.#outboxes.of(visitor.id)
    this.thread.open(
      { site: site.id, visitor: visitor.id, self, author: { ...self, ...(visitor.name && { name: visitor.name }) }, outbox },
      thread.unread,
    )
    if (thread.conversation?.assignee) this.thread.learn({ role: 'agent', ...thread.conversation.assignee })
    if (isNew) this.thread.startEmpty()
    this.thread.adopt(this.#outboxes.adopt(visitor.id, before ?? left))
  }

  /** From now on somebody else writes here: a guest the site now vouches for, or really another person. [R26] */
  #leave(before: Session['visitor']): void {
    this.#connection.resync()
    this.thread.leave(before.identified ? new UsherError('session_revoked', 'unable to send; the session was replaced') : undefined)
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

  /** Asks anew who writes here. Until that is known nothing is sent, for it may be theirs. [R26] */
  async #reopen(): Promise<void> {
    const life = this.#outdate()
    const saved = this.thread.doubt()
    // What a guest has sent is better saved there than sent again by the person they turn out to be.
    if (!this.session.getSnapshot()?.visitor.identified) await saved
    if (life !== this.#life) throw this.#over()
    this.#connection.stop('idle')
    try {
      await this.start()
    } catch (error) {
      if (life === this.#life && isUsherError(error) && !error.retryable) this.#forgotten()
      throw error
    } finally {
      if (life === this.#life && this.#wanted) this.#connection.start()
    }
  }

  /** Sessions under way are for nobody any more. */
  #outdate(): number {
    this.#opening = undefined
    this.#starting = undefined
    return ++this.#life
  }

  /** Logged out, here or in another tab. */
  #forgotten(): void {
    this.#connection.stop('idle')
    this.#outdate()
    this.#wanted = false
    this.#page = undefined
    this.thread.reset(new UsherError('aborted', 'unable to send; the visitor was logged out'))
    this.session.set(null)
  }

  /** Another tab has logged out, or in. A page that says itself who it is stays with that. */
  #tokenChanged(): void {
    const owner = tokenOwner(this.#token)
    const visitor = this.session.getSnapshot()?.visitor
    if (this.#token === null) this.#forgotten()
    else if (owner?.identified && visitor && owner.id !== visitor.id && !this.#identity)
      this.#reopen().catch((error: UsherError) => this.#events.emit('error', { error }))
  }

  get #token(): string | null {
    return this.#parts.storage.getItem(this.#storageKey)
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
    this.thread.adopt(this.#outboxes.adopt(place.visitor))
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

  /** Where messages are kept while nobody knows whose they are. A guest's may stay with the guest: they go along. */
  #earlyOutbox(): Outbox | undefined {
    const visitor = this.session.getSnapshot()?.visitor
    const owner = visitor && !visitor.identified ? visitor : !this.#identity && tokenOwner(this.#token)
    return owner ? this.#outboxes.of(owner.id) : this.#outboxes.early(!this.#identity)
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
