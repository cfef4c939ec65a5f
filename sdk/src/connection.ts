import { backoff, dialBackoff } from './backoff.ts'
import type { Cancel, Clock } from './clock.ts'
import { deferred } from './deferred.ts'
import { isUsherError, UsherError } from './protocol/errors.ts'
import { subjects } from './protocol/subjects.ts'
import { createState } from './readable.ts'
import { tokenLifeMs } from './token-life.ts'
import type { Dial, Transport } from './transport.ts'
import type { ConnectionStatus, Readable, Unsubscribe, WebSocketConstructor } from './types.ts'

/** What one needs to dial. */
export interface Access {
  url: string
  jwt: string
  /** The life of the stream when the token was made. */
  epoch: number
  /** Id of the visitor or agent: its inbox is `_INBOX.<self>`. */
  self: string
}

/** `isGuess`: nobody could be asked for the epoch; it is the one known last. */
type Known = Access & { isGuess?: true }

/** A connection in use, and the life of the stream its sequences belong to. */
export interface Link {
  readonly transport: Transport
  readonly epoch: number
  /** The epoch is the one known last; whether it still is, the thread tells: nothing can be placed before it is read. */
  readonly isGuess?: true
}

export interface ConnectionOptions {
  clock: Clock
  dial: Dial
  webSocket: WebSocketConstructor | undefined
  /** Asks the server for a token. Rejects with an UsherError. */
  access(): Promise<Access>
  /** Asks for a token at each dial, so that the epoch is always the current one. Default: the last one again while it is good. */
  alwaysAsk?: boolean
  /** Here subscriptions are placed. `renewed`: it takes over from a living connection of the same epoch, nothing was missed. */
  onLink(link: Link, renewed: boolean): void
  onLost(): void
  /** A terminal refusal: nothing is tried any more. */
  onFailed?(error: UsherError): void
  /** Tells when the device may have slept; see page-wake.ts. */
  watch(wake: () => void): Unsubscribe
}

const dialTimeoutMs = 10_000
const checkTimeoutMs = 3_000
/** A connection that lived this long starts the backoff anew. */
const stableMs = 10_000
/** What is under way on the old connection may end, after a renewal. */
const graceMs = 5_000

/** Refusals that dialling again does not heal. */
const terminal: ReadonlySet<string> = new Set([
  'site_unknown',
  'origin_not_allowed',
  'unauthenticated',
  'wrong_credentials',
  'session_revoked',
  'identity_invalid',
  'forbidden',
])

/** Keeps one connection to the edge: dials, dials again, renews the token before it ends. [R25] */
export class Connection {
  readonly status: Readable<ConnectionStatus>
  readonly #status = createState<ConnectionStatus>({ state: 'idle' })
  readonly #options: ConnectionOptions
  /** Counts starts and stops: what belongs to an earlier run ends by itself. */
  #run = 0
  #link: Link | undefined
  #last: { access: Access; at: number } | undefined
  /** What the next dial needs: any token, one that tells the current epoch if that can be had, or no token used before. */
  #need: 'any' | 'current' | 'new' = 'any'
  #upSince = Number.POSITIVE_INFINITY
  #wakeNow: (() => void) | undefined
  #cancelRenewal: Cancel = () => {}
  #unwatch: Unsubscribe = () => {}

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.status = this.#status
  }

  get link(): Link | undefined {
    return this.#link
  }

  /** Dials, and goes on dialling, until `stop`. A second call changes nothing, unless it had failed. */
  start(): void {
    const { state } = this.#status.getSnapshot()
    if (state === 'connecting' || state === 'connected' || state === 'reconnecting') return
    this.#unwatch = this.#options.watch(() => this.check())
    this.#status.set({ state: 'connecting' })
    void this.#keep(++this.#run)
  }

  stop(state: 'closed' | 'idle' = 'closed'): void {
    this.#end({ state })
  }

  /** Ends it for good: a new login or another site is needed. */
  fail(error: UsherError): void {
    this.#end({ state: 'failed', error })
    this.#options.onFailed?.(error)
  }

  /** Proves the connection with a round trip, or dials at once if it waits to. */
  check(): void {
    this.#wakeNow?.()
    const transport = this.#link?.transport
    transport?.ping(checkTimeoutMs).catch(() => transport.close())
  }

  /** The epoch has moved on: dials again with a fresh token. */
  resync(): void {
    this.#need = 'new'
    this.#link?.transport.close()
  }

  async #keep(run: number): Promise<void> {
    for (let attempt = 0; run === this.#run; ) {
      this.#upSince = Number.POSITIVE_INFINITY
      const error = await this.#connectOnce(run)
      if (run !== this.#run) return
      if (terminal.has(error.code)) return this.fail(error)
      if (this.#options.clock.now() - this.#upSince >= stableMs) attempt = 0
      // A refused token is replaced at once, but only once: a second refusal waits like any other failure.
      const replace = error.code === 'token_invalid' && this.#need !== 'new'
      if (error.code === 'token_invalid' || error.code === 'token_expired') this.#need = 'new'
      // A broker that was away, or more than a short break: the stream may have begun another life.
      else if (this.#need === 'any' && (attempt > 0 || error.code === 'service_unavailable')) this.#need = 'current'
      if (!replace) await this.#pause(attempt++, error)
    }
  }

  /** One life of a connection; resolves with the reason of its end. */
  async #connectOnce(run: number): Promise<UsherError> {
    try {
      const link = await this.#dial(run, this.#need)
      this.#need = 'any'
      this.#upSince = this.#options.clock.now()
      this.#adopt(link, run, false)
      return await this.#untilLost(run)
    } catch (error) {
      return isUsherError(error) ? error : new UsherError('internal', 'unable to connect; an unexpected fault', { cause: error })
    }
  }

  async #dial(run: number, need: 'any' | 'current' | 'new'): Promise<Link & { jwt: string }> {
    const { dial, webSocket } = this.#options
    const { url, jwt, self, ...known } = await this.#access(need)
    const transport = await dial({ url, jwt, inboxPrefix: subjects.inboxPrefix(self), webSocket, timeoutMs: dialTimeoutMs })
    if (run !== this.#run) {
      transport.close()
      throw new UsherError('disposed', 'unable to connect; it was stopped')
    }
    return { transport, jwt, ...known }
  }

  async #access(need: 'any' | 'current' | 'new'): Promise<Known> {
    const { clock, access, alwaysAsk } = this.#options
    const age = clock.now() - (this.#last?.at ?? 0)
    const life = this.#last ? tokenLifeMs(this.#last.access.jwt) : 0
    if (this.#last && need === 'any' && !alwaysAsk && age < 0.7 * life) return this.#last.access
    try {
      const fetched = await access()
      this.#last = { access: fetched, at: clock.now() }
      return fetched
    } catch (error) {
      // The edge may be there while what makes tokens is not.
      if (this.#last && need !== 'new' && age < life && isUsherError(error) && error.retryable)
        return need === 'any' ? this.#last.access : { ...this.#last.access, isGuess: true }
      throw error
    }
  }

  #adopt(next: Link & { jwt: string }, run: number, renewed: boolean): void {
    this.#link = next
    this.#planRenewal(run, tokenLifeMs(next.jwt) * (0.7 + 0.1 * this.#options.clock.random()))
    this.#status.set({ state: 'connected' })
    this.#options.onLink(next, renewed)
  }

  async #untilLost(run: number): Promise<UsherError> {
    for (;;) {
      const link = this.#link!
      const reason = await link.transport.closed
      if (run !== this.#run) return reason
      // A renewal has put another in its place.
      if (this.#link !== link) continue
      this.#link = undefined
      this.#cancelRenewal()
      this.#options.onLost()
      return reason
    }
  }

  #planRenewal(run: number, ms: number): void {
    this.#cancelRenewal()
    this.#cancelRenewal = this.#options.clock.after(ms, () => void this.#renew(run))
  }

  /** The new connection is there before the old one goes. */
  async #renew(run: number): Promise<void> {
    const old = this.#link
    if (!old) return
    try {
      const next = await this.#dial(run, 'new')
      if (this.#link !== old) return next.transport.close()
      const renewed = next.epoch === old.epoch
      if (!renewed) this.#options.onLost()
      this.#adopt(next, run, renewed)
      this.#options.clock.after(graceMs, () => old.transport.close())
    } catch (error) {
      if (run !== this.#run) return
      if (isUsherError(error) && terminal.has(error.code)) return this.fail(error)
      if (this.#link === old) this.#planRenewal(run, backoff(4, this.#options.clock.random(), dialBackoff))
    }
  }

  async #pause(attempt: number, error: UsherError): Promise<void> {
    const { clock } = this.#options
    const ms = Math.max(backoff(attempt, clock.random(), dialBackoff), error.retryAfterMs ?? 0)
    this.#status.set({ state: 'reconnecting', error, retryAt: clock.now() + ms })
    const { promise, resolve } = deferred<void>()
    const cancel = clock.after(ms, resolve)
    this.#wakeNow = () => {
      cancel()
      resolve()
    }
    await promise
    this.#wakeNow = undefined
  }

  #end(status: ConnectionStatus): void {
    const link = this.#link
    this.#run++
    this.#link = undefined
    this.#need = 'any'
    this.#last = undefined
    this.#unwatch()
    this.#cancelRenewal()
    this.#wakeNow?.()
    this.#status.set(status)
    if (!link) return
    link.transport.close()
    this.#options.onLost()
  }
}
