import { backoff, dialBackoff } from './backoff.ts'
import type { Cancel, Clock } from './clock.ts'
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

/** A connection in use, and the life of the stream its sequences belong to. */
export interface Link {
  readonly transport: Transport
  readonly epoch: number
}

export interface ConnectionOptions {
  clock: Clock
  dial: Dial
  webSocket: WebSocketConstructor | undefined
  /** A token; `fresh`: not one that was used before. Rejects with an UsherError. */
  access(fresh: boolean): Promise<Access>
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

/** Keeps one connection to the edge: dials, dials again, renews the token before it ends. */
export class Connection {
  readonly status: Readable<ConnectionStatus>
  readonly #status = createState<ConnectionStatus>({ state: 'idle' })
  readonly #options: ConnectionOptions
  /** Counts starts and stops: what belongs to an earlier run ends by itself. */
  #run = 0
  #link: Link | undefined
  /** The next dial needs a new token. */
  #fresh = false
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
    this.#fresh = true
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
      const replace = error.code === 'token_invalid' && !this.#fresh
      if (error.code === 'token_invalid' || error.code === 'token_expired') this.#fresh = true
      if (!replace) await this.#pause(attempt++, error)
    }
  }

  /** One life of a connection; resolves with the reason of its end. */
  async #connectOnce(run: number): Promise<UsherError> {
    try {
      const link = await this.#dial(run, this.#fresh)
      this.#fresh = false
      this.#upSince = this.#options.clock.now()
      this.#adopt(link, run, false)
      return await this.#untilLost(run)
    } catch (error) {
      return isUsherError(error) ? error : new UsherError('internal', 'unable to connect; an unexpected fault', { cause: error })
    }
  }

  async #dial(run: number, fresh: boolean): Promise<Link & { jwt: string }> {
    const { access, dial, webSocket } = this.#options
    const { url, jwt, epoch, self } = await access(fresh)
    const transport = await dial({ url, jwt, inboxPrefix: subjects.inboxPrefix(self), webSocket, timeoutMs: dialTimeoutMs })
    if (run !== this.#run) {
      transport.close()
      throw new UsherError('disposed', 'unable to connect; it was stopped')
    }
    return { transport, epoch, jwt }
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
      const next = await this.#dial(run, true)
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
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve)
      this.#wakeNow = () => {
        cancel()
        resolve()
      }
    })
    this.#wakeNow = undefined
  }

  #end(status: ConnectionStatus): void {
    const link = this.#link
    this.#run++
    this.#link = undefined
    this.#fresh = false
    this.#unwatch()
    this.#cancelRenewal()
    this.#wakeNow?.()
    this.#status.set(status)
    if (!link) return
    link.transport.close()
    this.#options.onLost()
  }
}
