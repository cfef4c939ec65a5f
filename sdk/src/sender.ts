import { backoff, dialBackoff } from './backoff.ts'
import type { Cancel, Clock } from './clock.ts'
import { deferred } from './deferred.ts'
import type { Place } from './incoming.ts'
import type { Outbox, OutboxEntry } from './outbox.ts'
import { createPending, type Pending, type Phase } from './pending.ts'
import { isErrorCode, isUsherError, UsherError } from './protocol/errors.ts'
import { type MessageId, newMessageId } from './protocol/ids.ts'
import type { Author } from './protocol/rest.ts'
import { epochOf } from './protocol/seq.ts'
import { SendQueue } from './send-queue.ts'
import type { TimelineMessage } from './types.ts'

export interface SenderOptions {
  clock: Clock
  /** Where a new message is kept. Undefined as long as nobody knows whose it is. */
  outbox(): Outbox | undefined
  /** Where a new message goes; undefined as long as that is not known: it waits. */
  place(): Place | undefined
  /** Whose thread it is, as far as anybody knows. */
  home(): { visitor: string; outbox: Outbox } | undefined
  author(): Author
  /** Stores the message in the stream; resolves with its seq. Rejects with an UsherError. */
  publish(entry: OutboxEntry): Promise<number>
  /** What is known of a message: where it stands, and whether that is saved. */
  standing(id: MessageId): { seq: number; saved: boolean } | undefined
  /** Reads what the thread says of unsaved messages; never rejects. */
  reread(): Promise<unknown>
  /** The unsent messages look different now. */
  onChange(): void
  /** For the first time known to stand in the stream. Returns it as it is drawn from now on. */
  onSent(message: TimelineMessage & { seq: number }): TimelineMessage
}

/**
 * Messages go out in volleys, each after all answers to the one before: what travels together is refused together, so nothing overtakes
 * a refused message. The first one after a (re)connect or a refusal goes alone.
 */
export const volleySize = 32
/** Most messages that wait to be stored. */
export const outboxLimit = 200
/** Stored but not saved: sent again after this long, doubled each time. */
const unsavedMs = 60_000
/** What is older is not sent by itself: the server has forgotten its id a day later. */
export const maxAgeMs = 7 * 24 * 3_600_000

/** Sends the messages of one thread, in order [R23], each until it is saved [R22]. */
export class Sender {
  readonly #options: SenderOptions
  readonly #queue = new SendQueue<Pending>()
  #ready = false
  #volley = 1
  #flying = 0
  /** Writing times grow, whatever the clock does: they are the order. */
  #lastAt = 0
  #failures = 0
  #cancelPause: Cancel | undefined
  #disposed = false

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Own messages that are not stored yet, in the order of writing. */
  get unsent(): readonly TimelineMessage[] {
    const items: TimelineMessage[] = []
    for (const { item, seq } of this.#queue.open) if (seq === undefined) items.push(item)
    return items
  }

  /** Something that has a place is not saved there. */
  get underway(): boolean {
    for (const { phase, entry } of this.#queue.all) if (phase !== 'failed' && entry.visitor !== '') return true
    return false
  }

  /** Nothing left that it would send. */
  get idle(): boolean {
    for (const { phase } of this.#queue.all) if (phase !== 'failed') return false
    return true
  }

  /** Takes a new message. Its promise resolves when it is stored. Throws `outbox_full`. */
  add(text: string, note: boolean): { item: TimelineMessage; sent: Promise<TimelineMessage> } {
    if (this.#queue.open.size >= outboxLimit) {
      throw new UsherError('outbox_full', `unable to send; ${outboxLimit} messages wait already`)
    }
    const now = this.#options.clock.now()
    this.#lastAt = Math.max(now, this.#lastAt + 1)
    const pending = this.#pend(
      { id: newMessageId(now), owner: '', site: '', visitor: '', tab: '', note, text, at: this.#lastAt },
      'writing',
    )
    this.#queue.add(pending)
    this.#write(pending)
    this.#options.onChange()
    return { item: pending.item, sent: pending.promise }
  }

  /** The place, or the outbox, is known now. */
  placed(): void {
    for (const pending of this.#queue.open) {
      if (pending.entry.visitor !== '') continue
      pending.item = { ...pending.item, author: this.#options.author() }
      this.#write(pending)
    }
  }

  /**
   * Its author goes on in another place, known soon: what is not saved goes along. `error`: it is another author; only what has no place
   * yet is theirs, the rest stays in the outbox, and who awaits it hears the error. [R26]
   */
  leave(error?: UsherError): void {
    this.#ready = false
    for (const pending of [...this.#queue.all]) {
      pending.cancel()
      if (error && pending.entry.visitor !== '') {
        this.#queue.delete(pending)
        pending.reject(error)
        continue
      }
      const entry = unplaced(pending.entry)
      Object.assign(pending, { entry, item: { ...pending.item, seq: null }, seq: undefined, phase: entry.failed ? 'failed' : 'writing' })
      this.#queue.insert(pending)
      this.#show(pending)
    }
  }

  /** Takes over entries of an earlier page, perhaps for another place, before what was written since. Nobody awaits them. */
  adopt(entries: readonly OutboxEntry[]): void {
    const home = this.#options.home()
    for (const entry of entries) {
      if (this.#queue.get(entry.id)) continue
      this.#lastAt = Math.max(this.#lastAt, entry.at)
      const isPlaced = entry.visitor === home?.visitor
      const pending = this.#pend(isPlaced ? entry : unplaced(entry), entry.failed ? 'failed' : isPlaced ? 'waiting' : 'writing')
      pending.promise.catch(() => {})
      pending.outbox = home?.outbox
      this.#queue.insert(pending)
      if (!isPlaced) this.#write(pending)
      // The thread may have been read before the outbox.
      const standing = this.#options.standing(entry.id)
      if (standing) this.stored(entry.id, standing.seq)
    }
    this.#options.onChange()
    this.#pump()
  }

  /**
   * Connected: what does not stand in the thread goes out. So does what was stored and not saved, if it was in an earlier life of the
   * stream, or if the thread could not be read (`isRead`): it may be lost, and what was written later must not overtake it. What is not
   * lost after all is known by its id. [R21]
   */
  resume(epoch: number, isRead: boolean): void {
    for (const pending of this.#queue.all) {
      const isProven = isRead && pending.seq !== undefined && epochOf(pending.seq) >= epoch
      if (pending.phase === 'stored' && !isProven) this.#reopen(pending)
    }
    this.#cancelPause?.()
    this.#cancelPause = undefined
    this.#ready = true
    this.#volley = 1
    this.#failures = 0
    this.#showAll()
    this.#pump()
  }

  /** The connection is gone. */
  pause(): void {
    this.#ready = false
    this.#showAll()
  }

  /** It stands in the stream: told by the acknowledgement, the live feed or the thread. */
  stored(id: MessageId, seq: number): void {
    const pending = this.#queue.get(id)
    if (!pending || this.#disposed) return
    const isFirst = pending.seq === undefined
    pending.seq = seq
    pending.phase = 'stored'
    this.#queue.close(pending)
    pending.seen++
    pending.cancel()
    pending.cancel = this.#options.clock.after(unsavedMs * 2 ** pending.rounds, () => void this.#again(pending))
    if (isFirst) this.#tellSent(pending, seq)
    if (this.#options.standing(id)?.saved) this.saved(id)
  }

  #tellSent(pending: Pending, seq: number): void {
    const { error: _, ...item } = pending.item
    const message = { ...item, seq, delivery: 'sent' as const }
    pending.item = message
    pending.resolve(this.#options.onSent(message))
    this.#options.onChange()
  }

  /** Committed in Postgres: forgotten here. */
  saved(id: MessageId): void {
    const pending = this.#queue.get(id)
    if (!pending) return
    pending.resolve(pending.item)
    this.#drop(pending)
    this.#pump()
  }

  /**
   * Committed in Postgres, named by seq. A message that is sent again may have lost its seq to another one, so only where it was last said
   * to stand counts. [R21]
   */
  savedSeqs(seqs: readonly number[]): void {
    const saved = new Set(seqs)
    for (const pending of [...this.#queue.all])
      if (pending.phase === 'stored' && pending.seq !== undefined && saved.has(pending.seq)) this.saved(pending.entry.id)
  }

  /** It was stored, but the stream has lost it. */
  lost(id: MessageId): void {
    const pending = this.#queue.get(id)
    if (!pending || pending.seq === undefined) return
    pending.seq = undefined
    pending.item = { ...pending.item, seq: null }
    if (pending.phase === 'stored') this.#reopen(pending)
    this.#show(pending)
    this.#pump()
  }

  /** Sends a failed message again, under the same id. */
  retry(id: MessageId): Promise<TimelineMessage> {
    const pending = this.#queue.get(id)
    if (pending?.phase !== 'failed')
      return Promise.reject(new UsherError('not_found', 'unable to send again; no failed message has this id'))
    const { failed: _, ...entry } = pending.entry
    Object.assign(pending, { entry, phase: 'waiting', asked: true }, deferred<TimelineMessage>())
    void pending.outbox?.put(entry)
    this.#show(pending)
    this.#pump()
    return pending.promise
  }

  /** Forgets a message that is not stored. What is under way may arrive all the same. */
  discard(id: MessageId): void {
    const pending = this.#queue.get(id)
    if (!pending || pending.phase === 'stored') return
    this.#drop(pending)
    pending.reject(new UsherError('aborted', 'unable to send; the message was discarded'))
    this.#options.onChange()
  }

  /** Stops all timers. Entries stay in the outbox; who awaits one hears `error`. */
  dispose(error: UsherError): void {
    this.#disposed = true
    this.#ready = false
    this.#cancelPause?.()
    for (const pending of this.#queue.all) {
      pending.cancel()
      pending.reject(error)
    }
  }

  #pend(entry: OutboxEntry, phase: Phase): Pending {
    const item: TimelineMessage = {
      type: 'message',
      id: entry.id,
      seq: null,
      at: new Date(entry.at),
      author: this.#options.author(),
      mine: true,
      note: entry.note,
      kind: 'text',
      text: entry.text,
      ...this.#deliveryOf(entry),
    }
    return createPending(entry, phase, item)
  }

  /** Into the outbox before it is sent: a crash in between must not lose it. */
  #write(pending: Pending): void {
    const place = this.#options.place()
    const outbox = this.#options.outbox()
    if (!outbox) return
    const entry = outbox.own({ ...pending.entry, ...place })
    pending.entry = entry
    pending.outbox = outbox
    void outbox.put(entry).then(() => {
      if (pending.phase === 'writing' && pending.entry === entry && place) pending.phase = 'waiting'
      this.#pump()
    })
  }

  /** Sends what may go now, oldest first. */
  #pump(): void {
    if (!this.#ready || this.#cancelPause || this.#flying > 0) return
    for (const pending of this.#queue.open) {
      // Not yet in the outbox: those behind it wait too, for the order.
      if (pending.phase === 'writing' || this.#flying >= this.#volley) return
      if (pending.phase === 'failed') continue
      if (this.#isTooOld(pending)) this.#fail(pending, new UsherError('timeout', 'unable to send; it has waited for more than 7 days'))
      else void this.#send(pending)
    }
  }

  #isTooOld({ asked, seq, entry }: Pending): boolean {
    return !asked && seq === undefined && this.#options.clock.now() - entry.at > maxAgeMs
  }

  async #send(pending: Pending): Promise<void> {
    const { entry } = pending
    pending.phase = 'flying'
    this.#flying++
    try {
      const seq = await this.#options.publish(entry)
      this.#flying--
      this.#volley = volleySize
      this.#failures = 0
      // Its author may have left the place it went to.
      if (pending.entry === entry) this.stored(entry.id, seq)
    } catch (error) {
      this.#flying--
      // The live feed may have shown it meanwhile, or its author discarded it.
      const isOpen = pending.phase === 'flying' && this.#queue.get(pending.entry.id) === pending
      if (isOpen && !this.#disposed) this.#refused(pending, toUsherError(error))
    }
    this.#pump()
  }

  #refused(pending: Pending, error: UsherError): void {
    this.#volley = 1
    if (isFinal(error) && pending.seq === undefined) {
      this.#fail(pending, error)
      return
    }
    pending.phase = 'waiting'
    // A lost connection needs no pause: `resume` comes when there is a new one.
    if (error.code === 'connection_lost' || this.#cancelPause) return
    const { clock } = this.#options
    const ms = Math.max(backoff(this.#failures++, clock.random(), dialBackoff), error.retryAfterMs ?? 0)
    this.#cancelPause = clock.after(ms, () => {
      this.#cancelPause = undefined
      this.#pump()
    })
  }

  /** Acknowledged, but not saved in time: sent again, unless the thread shows it. */
  async #again(pending: Pending): Promise<void> {
    const { seen } = pending
    pending.rounds++
    await this.#options.reread()
    if (pending.phase !== 'stored' || pending.seen !== seen || this.#queue.get(pending.entry.id) !== pending) return
    this.#reopen(pending)
    this.#pump()
  }

  /** Stored once, and to be sent again. */
  #reopen(pending: Pending): void {
    pending.phase = 'waiting'
    this.#queue.insert(pending)
  }

  #fail(pending: Pending, error: UsherError): void {
    pending.entry = { ...pending.entry, failed: { code: error.code, message: error.message } }
    pending.phase = 'failed'
    void pending.outbox?.put(pending.entry)
    this.#show(pending)
    pending.reject(error)
  }

  #drop(pending: Pending): void {
    pending.cancel()
    this.#queue.delete(pending)
    void pending.outbox?.remove(pending.entry.id)
  }

  #show(pending: Pending): void {
    const { error: _, ...item } = pending.item
    pending.item = { ...item, ...this.#deliveryOf(pending.entry) }
    this.#options.onChange()
  }

  #showAll(): void {
    for (const pending of this.#queue.open) if (pending.seq === undefined) this.#show(pending)
  }

  #deliveryOf({ failed }: OutboxEntry): Pick<TimelineMessage, 'delivery' | 'error'> {
    if (!failed) return { delivery: this.#ready ? 'sending' : 'queued' }
    return { delivery: 'failed', error: new UsherError(isErrorCode(failed.code) ? failed.code : 'internal', failed.message) }
  }
}

const unplaced = (entry: OutboxEntry): OutboxEntry => ({ ...entry, site: '', visitor: '' })

/** Trying again by itself would not help. */
const isFinal = ({ retryable, code }: UsherError) => code === 'thread_full' || (!retryable && code !== 'internal')

const toUsherError = (error: unknown) =>
  isUsherError(error) ? error : new UsherError('internal', 'unable to send; an unexpected fault', { cause: error })
