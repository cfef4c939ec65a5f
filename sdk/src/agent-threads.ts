import { AgentThreadHandle } from './agent-thread.ts'
import type { Clock } from './clock.ts'
import type { Link } from './connection.ts'
import { type Incoming, type Place, placeKey } from './incoming.ts'
import type { Outbox, OutboxEntry } from './outbox.ts'
import { UsherError } from './protocol/errors.ts'
import type { Author, Me, ThreadPage } from './protocol/rest.ts'
import type { Rest } from './rest-client.ts'
import { ThreadCore } from './thread.ts'
import type { AgentThread, TimelineMessage } from './types.ts'

export interface AgentThreadsOptions {
  clock: Clock
  rest: Rest
  me(): Me | null
  outbox(me: Me): Outbox
  onReceived(place: Place, message: TimelineMessage): void
  onRead(place: Place, seq: number): void
  onResync(): void
  onError(error: UsherError): void
}

interface Held {
  core: ThreadCore
  holders: number
}

/** The threads an agent looks at, and those that still have something to send. Each exists once, however many look at it. */
export class AgentThreads {
  readonly #options: AgentThreadsOptions
  readonly #held = new Map<string, Held>()
  #link: Link | undefined

  constructor(options: AgentThreadsOptions) {
    this.#options = options
  }

  /** The thread of this visitor, to be released by each who asked. */
  open(place: Place): AgentThread {
    if (!this.#options.me()) throw new UsherError('unauthenticated', 'unable to open a thread; nobody is logged in')
    const held = this.#get(place)
    held.holders++
    return new AgentThreadHandle(held.core, () => {
      held.holders--
      this.#tidy(place)
    })
  }

  /** Seq of the newest message on screen; undefined when nobody looks at the thread. */
  lastSeq(place: Place): number | undefined {
    return this.#held.get(placeKey(place))?.core.lastSeq || undefined
  }

  /** Whether somebody looks at the thread, and so hears of news from it. */
  receive(incoming: Incoming): boolean {
    const held = this.#held.get(placeKey(incoming))
    held?.core.receive(incoming)
    if (incoming.type === 'saved') this.#tidy(incoming)
    return held !== undefined
  }

  online(link: Link, renewed: boolean): void {
    this.#link = link
    if (!renewed) this.#adopt()
    for (const { core } of this.#held.values()) {
      if (renewed) core.relink(link)
      else void core.online(link)
    }
  }

  offline(): void {
    this.#link = undefined
    for (const { core } of this.#held.values()) core.offline()
  }

  dispose(error: UsherError): void {
    this.#link = undefined
    for (const { core } of this.#held.values()) core.dispose(error)
    this.#held.clear()
  }

  /** Messages of an earlier page or a crashed tab go out, whichever thread they belong to. */
  #adopt(): void {
    const me = this.#options.me()
    if (!me) return
    const coming = this.#options.outbox(me).adopt()
    const of = (key: string) => coming.then((entries) => entries.filter((entry) => placeKey(entry) === key))
    for (const [key, { core }] of this.#held) core.adopt(of(key))
    void coming.then((entries) => {
      if (this.#options.me()?.id !== me.id) return
      const others = entries.filter((entry) => !this.#held.has(placeKey(entry)))
      for (const entry of others) this.#get(entry, of(placeKey(entry)))
    })
  }

  #get(place: Place, coming?: Promise<readonly OutboxEntry[]>): Held {
    const key = placeKey(place)
    const known = this.#held.get(key)
    if (known) return known
    const held = { core: this.#create(place), holders: 0 }
    this.#held.set(key, held)
    if (coming) held.core.adopt(coming)
    if (this.#link) void held.core.online(this.#link)
    else void held.core.load()
    return held
  }

  #create({ site, visitor }: Place): ThreadCore {
    const { clock, rest, me: current, outbox, onReceived, onRead, onResync, onError } = this.#options
    const place = { site, visitor }
    const core = new ThreadCore({
      clock,
      role: 'agent',
      fetchPage: (_, query) => rest<ThreadPage>('GET', `/v1/visitors/${visitor}/thread`, { query: { site, ...query } }),
      preview: () => false,
      onWanted: () => {},
      onReceived: (message) => onReceived(place, message),
      onSent: () => {},
      onEvent: () => {},
      onRead: (seq) => onRead(place, seq),
      onResync,
      onError,
    })
    const me = current()
    if (me) core.open({ ...place, self: { role: 'agent', id: me.id }, author: authorOf(me), outbox: outbox(me) })
    return core
  }

  #tidy(place: Place): void {
    const key = placeKey(place)
    const held = this.#held.get(key)
    if (!held || held.holders > 0 || !held.core.isIdle) return
    held.core.dispose(disposedThread())
    this.#held.delete(key)
  }
}

const authorOf = ({ id, name, avatarUrl }: Me): Author => ({ role: 'agent', id, name, ...(avatarUrl && { avatarUrl }) })

const disposedThread = () => new UsherError('disposed', 'unable to go on; the thread was released')
