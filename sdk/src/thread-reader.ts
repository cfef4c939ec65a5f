import { backoff, readBackoff } from './backoff.ts'
import { after, type Cancel, type Clock } from './clock.ts'
import { Gaps } from './gaps.ts'
import { isUsherError, UsherError } from './protocol/errors.ts'
import type { ThreadItem, ThreadPage } from './protocol/rest.ts'
import { toSeq } from './protocol/seq.ts'
import type { State } from './readable.ts'
import type { Thread } from './types.ts'

export interface PageQuery {
  after?: number
  before?: number
  limit: number
}

/** What a page tells about: all messages with `after < seq ≤ last`. */
export interface PageRange {
  after: number
  last: number
}

export interface ThreadReaderOptions {
  clock: Clock
  /** How far it is; set from here alone. */
  status: State<Status>
  fetchPage(query: PageQuery): Promise<ThreadPage>
  /**
   * Rows of the newest page, or newer ones. `first`: the first page of all, so nothing in it is news. `newest`: what is older than its
   * first row is forgotten, to be read on demand.
   */
  onPage(page: ThreadPage, range: PageRange, what: { first: boolean; newest: boolean }): void
  /** Where the oldest message is that may still be lost. */
  firstUnsaved(): number | undefined
  /** Rows of the newest page: more when the reader looks for own messages in it. */
  newestLimit(): number
  /** Rows before the oldest that is known. */
  onOlder(rows: readonly ThreadItem[]): void
  onError(error: UsherError): void
}

type Status = ReturnType<Thread['status']['getSnapshot']>

/** The status of a thread of which nothing was read. */
export const notRead: Status = { phase: 'loading', hasOlder: false, loadingOlder: false }

/** Rows of a page on the screen, and of one that fills a gap. */
export const screenful = 50
const mouthful = 200
/** Behind by more than this many pages, one starts over from the newest. */
const mostPages = 3
/** A live message may come a moment after the notice that names it. */
const settleMs = 50
const suspectEveryMs = 5_000
const insistEveryMs = 2_000

/** Reads a thread over HTTP: the newest page first, then whatever the live feed leaves out, again until nothing is missing. */
export class ThreadReader {
  readonly gaps = new Gaps()
  readonly #options: ThreadReaderOptions
  #isLoaded = false
  #waiting: Promise<boolean> | undefined
  #tail: Promise<unknown> = Promise.resolve()
  #failures = 0
  #cancel: Cancel | undefined
  #disposed = false
  #suspectedAt = Number.NEGATIVE_INFINITY

  constructor(options: ThreadReaderOptions) {
    this.#options = options
    options.status.set(notRead)
  }

  get isLoaded(): boolean {
    return this.#isLoaded
  }

  /** Nothing was ever said: the newest page need not be read. */
  startEmpty(): void {
    this.#isLoaded = true
    this.#setStatus({ phase: 'ready' })
  }

  /**
   * Reads what is new, from now on: a read under way may have begun too early. Resolves with whether it could; if not, it is tried again
   * by itself.
   */
  catchUp(): Promise<boolean> {
    this.#waiting ??= this.#tail.then(() => {
      this.#waiting = undefined
      return this.#readNew(false)
    })
    this.#tail = this.#waiting
    return this.#waiting
  }

  /** Reads what is new, again until that worked or nobody needs it any more. Resolves with whether it worked. */
  async insist(isNeeded: () => boolean): Promise<boolean> {
    for (;;) {
      if (await this.catchUp()) return true
      if (!isNeeded()) return false
      await after(this.#options.clock, insistEveryMs)
    }
  }

  /** Fills the gaps there are, if any, soon. `urgent`: also if it failed just now, for there is a sign that it would work again. */
  fill(urgent: boolean): void {
    if (this.gaps.after === undefined || (this.#cancel && !(urgent && this.#failures > 0))) return
    this.#plan(settleMs)
  }

  /** Something may be missing; looks, but not more often than every few seconds. */
  suspect(): void {
    const now = this.#options.clock.now()
    if (now - this.#suspectedAt < suspectEveryMs) return
    this.#suspectedAt = now
    void this.catchUp()
  }

  /** Reads the page before `seq`, if there is one and nobody does already. */
  async loadOlder(seq: number): Promise<void> {
    const { fetchPage, onOlder, onError, status } = this.#options
    const { hasOlder, loadingOlder } = status.getSnapshot()
    if (!hasOlder || loadingOlder) return
    this.#setStatus({ loadingOlder: true })
    try {
      const page = await fetchPage({ before: seq, limit: screenful })
      if (this.#disposed) return
      onOlder(page.messages)
      this.#setStatus({ loadingOlder: false, hasOlder: page.hasMore })
    } catch (error) {
      this.#setStatus({ loadingOlder: false })
      onError(error as UsherError)
    }
  }

  dispose(): void {
    this.#disposed = true
    this.#cancel?.()
  }

  #plan(ms: number): void {
    this.#cancel?.()
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#cancel = undefined
      this.#tail = this.#tail.then(() => this.#readNew(true))
    })
  }

  /** `onlyGaps`: what is behind them was seen. */
  async #readNew(onlyGaps: boolean): Promise<boolean> {
    const onlyFill = onlyGaps && this.#isLoaded && this.#failures === 0
    if (this.#disposed || (onlyFill && this.gaps.after === undefined)) return true
    try {
      await this.#readFrom(this.#isLoaded ? this.#start(onlyFill) : undefined)
    } catch (cause) {
      if (!this.#disposed) this.#failed(cause)
      return false
    }
    // A server may be behind what was announced; then the gap is still there.
    this.#failures = this.gaps.after === undefined ? 0 : this.#failures + 1
    if (this.gaps.after !== undefined) this.#retry()
    return true
  }

  #failed(cause: unknown): void {
    const error = isUsherError(cause) ? cause : new UsherError('internal', 'unable to read the thread; an unexpected fault', { cause })
    this.#failures++
    // A refusal does not heal by asking again; the next connection asks anew.
    if (error.retryable || error.code === 'internal') this.#retry()
    if (!this.#isLoaded) this.#setStatus({ phase: 'error', error })
    this.#options.onError(error)
  }

  #retry(): void {
    if (!this.#disposed) this.#plan(backoff(this.#failures - 1, this.#options.clock.random(), readBackoff))
  }

  #start(onlyFill: boolean): number {
    const { covered, after } = this.gaps
    if (onlyFill && after !== undefined) return after
    // Unsaved messages are read again: a power cut may have taken them from the stream. [R21]
    return Math.min(covered, (this.#options.firstUnsaved() ?? Number.POSITIVE_INFINITY) - 1)
  }

  async #readFrom(start: number | undefined): Promise<void> {
    let after = start
    for (let pages = 0; ; pages++) {
      if (pages === mostPages) after = undefined
      const page = await this.#options.fetchPage(after === undefined ? { limit: this.#options.newestLimit() } : { after, limit: mouthful })
      if (this.#disposed) return
      const range = this.#take(page, after)
      if (after === undefined || !page.hasMore || page.messages.length === 0) return
      after = range.last
    }
  }

  #take(page: ThreadPage, after: number | undefined): PageRange {
    const seqs = page.messages.map(({ seq }) => seq)
    const from = after ?? (page.hasMore && seqs.length > 0 ? seqs[0]! - 1 : 0)
    // Lives of the stream that are over bring nothing any more: what the page does not show of them is lost.
    const end = Math.max(page.lastSeq, toSeq(page.epoch, 0))
    const range = { after: from, last: after !== undefined && page.hasMore ? (seqs.at(-1) ?? from) : end }
    if (after === undefined) this.gaps.reset(from)
    this.gaps.read(range.after, range.last, seqs)
    const first = !this.#isLoaded
    this.#isLoaded = true
    const newest = after === undefined
    this.#options.onPage(page, range, { first, newest })
    this.#setStatus({ phase: 'ready', ...(newest && { hasOlder: page.hasMore }) })
    return range
  }

  #setStatus(change: Partial<Status>): void {
    if (this.#disposed) return
    const { status } = this.#options
    const { error: _, ...before } = status.getSnapshot()
    status.set({ ...before, ...change })
  }
}
