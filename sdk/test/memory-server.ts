import type { Clock } from '../src/clock.ts'
import {
  encode,
  type InternalEvent,
  live,
  readChatSubject,
  type SessionRequest,
  type SiteSettings,
  subjects,
  type ThreadEvent,
  type ThreadItem,
  type ThreadPage,
  toSeq,
} from '../src/protocol/index.ts'
import { readClaims } from '../src/read-claims.ts'
import type { Dial } from '../src/transport.ts'
import { tokenOwner } from '../src/visitor-token.ts'
import { MemoryLink } from './memory-link.ts'

export const site = 'aaaaaaaaaaaaaaaaaaaa'
export const siteKey = 'kkkkkkkkkkkkkkkkkkkk'
export const visitor = 'vvvvvvvvvvvvvvvvvvvv'
export const agent = { id: 'gggggggggggggggggggg', name: 'Anna' }
/** Visitors the site vouches for, by the name it has for them. */
export const people: Readonly<Record<string, string>> = { mary: 'mmmmmmmmmmmmmmmmmmmm', bob: 'bbbbbbbbbbbbbbbbbbbb' }

interface Stored {
  subject: string
  payload: Uint8Array
  msgId: string
  /** Sequence in the stream, without the epoch. */
  streamSeq: number
  seq: number
  /** Of the message before on the same subject. */
  previous: number
  at: number
}

/** What goes wrong. All of it may change while the server runs. */
export interface Faults {
  /** The broker is gone: no dial succeeds. */
  isBrokerDown: boolean
  /** HTTP fails, and no new socket opens; those that are open stay. */
  isHttpDown: boolean
  /** History writes nothing. */
  isPostgresDown: boolean
  /** The token is refused at the door. */
  isTokenRefused: boolean
  /** Live messages that get lost on the way. */
  dropLive: (subject: string) => boolean
  /** Live messages come twice. */
  isLiveDoubled: boolean
  /** Stored, but nobody hears of it: the connection breaks first. */
  isAckLost: boolean
  /** Notices of history get lost. */
  isSavedLost: boolean
  /** A refusal instead of the acknowledgement. */
  refuse: { code: number; err_code: string; description: string; retryAfterMs?: number } | undefined
}

const duplicateWindowMs = 600_000

/** The server as a client sees it: stream, live feed, history and HTTP, all in memory. */
export class MemoryServer {
  readonly faults: Faults = {
    isBrokerDown: false,
    isHttpDown: false,
    isPostgresDown: false,
    isTokenRefused: false,
    dropLive: () => false,
    isLiveDoubled: false,
    isAckLost: false,
    isSavedLost: false,
    refuse: undefined,
  }
  readonly clock: Clock
  /** HTTP calls, e.g. `GET /v1/thread?limit=50`. */
  readonly calls: string[] = []
  /** Bodies of the calls that had one. */
  readonly bodies: unknown[] = []
  /** Everything published that is not stored. */
  readonly pulses: { subject: string; payload: Uint8Array }[] = []
  readonly links = new Set<MemoryLink>()
  /** More routes, e.g. `GET /v1/me`; they come before its own. */
  readonly routes = new Map<string, (url: URL) => Response>()
  settings: Partial<SiteSettings> = {}
  sessionError: { status: number; code: string } | undefined
  epoch = 1
  dials = 0
  #stream: Stored[] = []
  #nextSeq = 1
  readonly #rows: Stored[] = []

  constructor(clock: Clock) {
    this.clock = clock
  }

  readonly dial: Dial = async ({ jwt }) => {
    this.dials++
    await Promise.resolve()
    const link = new MemoryLink(this, jwt)
    if (this.faults.isBrokerDown || this.faults.isHttpDown) throw link.refusal('connection_failed')
    if (this.faults.isTokenRefused) throw link.refusal('token_invalid')
    this.links.add(link)
    return link
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(String(input))
    this.calls.push(`${init?.method} ${url.pathname}${url.search}`)
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined
    if (body) this.bodies.push(body)
    const caller = tokenOwner(new Headers(init?.headers).get('authorization')?.slice('Bearer '.length) ?? '')?.id
    await Promise.resolve()
    if (this.faults.isHttpDown) throw new TypeError('fetch failed')
    const route = this.routes.get(`${init?.method} ${url.pathname}`)
    return route ? route(url) : this.#answer(url, body, caller)
  }

  /** Texts of the visitor's and agents' messages in Postgres, in the order of history. */
  get texts(): string[] {
    return this.page({}).messages.flatMap((row) => (row.kind === 'text' && row.saved ? [row.body.text] : []))
  }

  /** Messages in the stream, copies included. */
  get storedCount(): number {
    return this.#stream.length
  }

  /** Stores as JetStream does: an id that was seen in the last minutes is not stored again. */
  store(subject: string, payload: Uint8Array, msgId: string): Stored & { duplicate: boolean } {
    const known = this.#stream.find((one) => one.msgId === msgId && this.clock.now() - one.at < duplicateWindowMs)
    if (known) return { ...known, duplicate: true }
    const previous = this.#stream.findLast((one) => one.subject === subject)?.streamSeq ?? 0
    const streamSeq = this.#nextSeq++
    const stored = { subject, payload, msgId, streamSeq, seq: toSeq(this.epoch, streamSeq), previous, at: this.clock.now() }
    this.#stream.push(stored)
    this.#deliver(stored)
    return { ...stored, duplicate: false }
  }

  /** Somebody else writes. Returns the seq. */
  say(author: 'agent' | 'visitor' | 'note', text: string, id: string): number {
    const of = {
      agent: subjects.agentMessage(site, visitor, agent.id),
      note: subjects.note(site, visitor, agent.id),
      visitor: subjects.visitorMessage(site, visitor),
    }
    return this.store(of[author], encode({ v: 1, id, kind: 'text', body: { text } }), `${author}:${id}`).seq
  }

  tell(event: ThreadEvent | InternalEvent): number {
    return this.store(subjects.event(site, visitor), encode(event), `server:${event.id}`).seq
  }

  /** History writes what the stream has, once each, and says so. */
  commit(): void {
    if (this.faults.isPostgresDown) return
    const ids = new Set(this.#rows.map(({ msgId }) => msgId))
    const seqs = new Map<string, number[]>()
    for (const stored of this.#stream) {
      if (this.#rows.includes(stored) || this.#dead.has(stored)) continue
      const of = readChatSubject(stored.subject)!.visitor
      seqs.set(of, [...(seqs.get(of) ?? []), stored.seq])
      if (ids.has(stored.msgId)) this.#dead.add(stored)
      else this.#rows.push(stored)
      ids.add(stored.msgId)
    }
    if (this.faults.isSavedLost) return
    for (const [of, some] of seqs) this.#send(subjects.saved(site, of), encode({ v: 1, seqs: some }))
  }

  /** A power cut: what is not in Postgres is gone, all connections with it, and the stream starts another life. */
  cutPower(): void {
    this.loseTail()
    this.epoch++
    this.disconnect('resync')
  }

  /** A power cut that took nothing of what is in Postgres: the same life goes on, and gives out the lost seqs again. */
  loseTail(): void {
    this.#stream = this.#stream.filter((stored) => this.#rows.includes(stored))
    this.#nextSeq = (this.#stream.at(-1)?.streamSeq ?? 0) + 1
  }

  disconnect(reason = ''): void {
    for (const link of [...this.links]) link.drop(reason)
  }

  /** A pulse or a notice, to whoever listens. */
  publish(subject: string, payload: object): void {
    this.#send(subject, encode(payload))
  }

  /** Of this visitor's thread; all texts of the server without one. */
  page({ after, before, limit = 1_000 }: { after?: number; before?: number; limit?: number }, of?: string): ThreadPage {
    const seen = new Set<string>()
    const all = [...this.#rows, ...this.#stream.filter((one) => !this.#rows.includes(one) && !this.#dead.has(one))]
      .filter(({ subject }) => of === undefined || readChatSubject(subject)?.visitor === of)
      .sort((a, b) => a.seq - b.seq)
      .filter(({ msgId }) => !seen.has(msgId) && seen.add(msgId))
    const inRange = all.filter(({ seq }) => seq > (after ?? 0) && seq < (before ?? Number.POSITIVE_INFINITY))
    const rows = after === undefined ? inRange.slice(-limit) : inRange.slice(0, limit)
    const messages = rows.map((row) => this.#toItem(row))
    const lastSeq = Math.max(0, ...all.map(({ seq }) => seq), ...this.#stream.map(({ seq }) => seq))
    return { epoch: this.epoch, messages, hasMore: rows.length < inRange.length, lastSeq, read: { visitor: 0, agent: 0 } }
  }

  /** Copies history has passed over. */
  readonly #dead = new Set<Stored>()

  #toItem(row: Stored): ThreadItem {
    const place = readChatSubject(row.subject)!
    const body = JSON.parse(new TextDecoder().decode(row.payload))
    const base = { id: body.id, seq: row.seq, at: new Date(row.at).toISOString(), saved: this.#rows.includes(row) }
    if (place.type === 'event') return { ...base, author: { role: 'server', id: 'server' }, kind: 'event', body }
    const author = 'agent' in place ? { role: 'agent' as const, ...agent } : { role: 'visitor' as const, id: place.visitor }
    return { ...base, author, kind: 'text', body: body.body, ...(place.type === 'note' && { internal: true as const }) }
  }

  #deliver(stored: Stored): void {
    const headers = { 'Nats-Sequence': String(stored.streamSeq), 'Nats-Last-Sequence': String(stored.previous) }
    if (this.faults.dropLive(stored.subject)) return
    for (let i = 0; i < (this.faults.isLiveDoubled ? 2 : 1); i++) this.#send(live(stored.subject), stored.payload, headers)
  }

  #send(subject: string, data: Uint8Array, headers: Record<string, string> = {}): void {
    for (const link of this.links) link.deliver({ subject, data, header: (name) => headers[name] })
  }

  #answer(url: URL, body: Partial<SessionRequest> | undefined, caller: string | undefined): Response {
    const number = (name: string) => (url.searchParams.has(name) ? Number(url.searchParams.get(name)) : undefined)
    if (url.pathname === '/v1/session') return this.#session(body ?? {})
    if (url.pathname === '/v1/visitor') return new Response(null, { status: 204 })
    if (this.faults.isPostgresDown) return refusal(503, 'service_unavailable')
    const query = { after: number('after'), before: number('before'), limit: number('limit') }
    return Response.json(this.page(JSON.parse(JSON.stringify(query)), caller))
  }

  #session({ identity, token }: Partial<SessionRequest>): Response {
    if (this.sessionError) return refusal(this.sessionError.status, this.sessionError.code)
    const person = people[String(readClaims(identity).sub)]
    const known = tokenOwner(token ?? '')
    const id = person ?? known?.id ?? visitor
    const identified = person !== undefined || (known?.identified ?? false)
    return Response.json(
      {
        visitor: { id, identified },
        token: tokenOf(id, identified),
        nats: { url: 'ws://memory', jwt: jwtOf(1_800), expiresAt: new Date(this.clock.now() + 1_800_000).toISOString() },
        epoch: this.epoch,
        site: {
          id: site,
          name: 'Shop',
          theme: { color: '#000', position: 'right' },
          texts: { title: '', greeting: '', launcher: '' },
          online: true,
          typingPreview: true,
          ...this.settings,
        },
        thread: { lastSeq: 0, unread: 0 },
      },
      { status: 201 },
    )
  }
}

/** An unsigned token that lives so many seconds. */
export const jwtOf = (seconds: number): string => `x.${Buffer.from(JSON.stringify({ iat: 0, exp: seconds })).toString('base64url')}.x`

/** What the site signs for one of its people, but for the signature. */
export const identityOf = (sub: string): string => `x.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.x`

/** A visitor token as the server makes it, but for the signature. */
export const tokenOf = (id: string, identified = false): string =>
  `v1.${Buffer.from(JSON.stringify({ s: site, v: id, iat: 0, ...(identified && { p: { sub: id } }) })).toString('base64url')}.x`

export const refusal = (status: number, code: string): Response =>
  Response.json({ error: { code, message: `unable to do this; ${code}`, retryable: status >= 500 } }, { status })
