import { checkText } from './check-text.ts'
import { after } from './clock.ts'
import type { Link } from './connection.ts'
import { fromPage } from './from-page.ts'
import type { Incoming, IncomingChat, IncomingPulse, IncomingSaved } from './incoming.ts'
import type { OutboxEntry } from './outbox.ts'
import { People } from './people.ts'
import type { UsherError } from './protocol/errors.ts'
import type { MessageId } from './protocol/ids.ts'
import type { Author, ThreadItem, ThreadPage } from './protocol/rest.ts'
import { createState, createView, until } from './readable.ts'
import { Sender } from './sender.ts'
import type { Opening, ThreadOptions } from './thread-options.ts'
import { ThreadPulses } from './thread-pulses.ts'
import { notRead, type PageRange, screenful, ThreadReader } from './thread-reader.ts'
import { ThreadVoice } from './thread-voice.ts'
import { type StoredItem, Timeline } from './timeline.ts'
import type { Thread, TimelineEvent, TimelineItem, TimelineMessage } from './types.ts'

/**
 * After a reconnect, so long the thread is waited for; then the chat goes on without, and it is read when that works again. Who leaves a
 * thread waits as long for what is not saved.
 */
const patienceMs = 3_000

/** One thread: reads, listens, sends, and keeps what it knows in the order of the stream. */
export class ThreadCore implements Thread {
  readonly items = createView<readonly TimelineItem[]>(() => [...this.#timeline.items(), ...this.#sender.unsent])
  readonly unread = createView<number>(() => this.#countUnread())
  readonly status = createState(notRead)
  readonly typing: Thread['typing']
  readonly #options: ThreadOptions
  readonly #voice = new ThreadVoice()
  readonly #pulses: ThreadPulses
  #timeline!: Timeline
  #reader!: ThreadReader
  #sender!: Sender
  #people!: People
  /** What came live before the thread was read. */
  #held: Incoming[] | undefined
  #unreadBefore = 0
  #adopting: Promise<void> = Promise.resolve()

  constructor(options: ThreadOptions) {
    const { clock, role } = options
    this.#options = options
    this.#pulses = new ThreadPulses(clock, this.#voice, () => role === 'visitor' && options.preview())
    this.typing = this.#pulses.typists.now
    this.#begin()
    this.#sender = this.#createSender()
  }

  get site(): string {
    return this.#voice.opening?.site ?? ''
  }

  get visitor(): string {
    return this.#voice.opening?.visitor ?? ''
  }

  /** Everything sent is saved. */
  get isIdle(): boolean {
    return this.#sender.idle
  }

  /** Seq of the newest message or event; 0 when there is none. */
  get lastSeq(): number {
    return this.#timeline.last?.seq ?? 0
  }

  // ── for the client that owns it ──

  /** Says whose thread it is. `unread`: a count to show until it is read. */
  open(opening: Opening, unread = 0): void {
    this.#voice.opening = opening
    this.#unreadBefore = unread
    this.stay()
    this.unread.invalidate()
  }

  /** What was written while nobody knew whose it is belongs here. */
  stay(): void {
    this.#voice.isSure = true
    this.keep()
  }

  /** What has no place yet may have an outbox now. */
  keep(): void {
    this.#sender.placed()
  }

  /** Reads the newest page, unless that is done. */
  async load(): Promise<void> {
    if (!this.#reader.isLoaded) await this.#reader.catchUp()
  }

  /** The thread is known to be empty: no need to read it. */
  startEmpty(): void {
    this.#reader.startEmpty()
  }

  /** Takes over what an earlier page has left; until that is there, nothing newer is sent. */
  adopt(coming: Promise<readonly OutboxEntry[]>): void {
    const sender = this.#sender
    this.#adopting = coming.then((entries) => {
      if (sender === this.#sender && entries.length > 0) sender.adopt(entries)
    })
  }

  learn(author: Author): void {
    if (!this.#people.learn(author)) return
    this.#timeline.name(author)
    this.items.invalidate()
  }

  /**
   * A connection with its subscriptions in place. What comes live is held back until the thread is read; then what is not in it is sent.
   */
  async online(link: Link): Promise<void> {
    this.#voice.link = link
    this.#held = []
    const impatience = after(this.#options.clock, patienceMs).then(() => false)
    const read = this.#reader.insist(() => link.isGuess === true && this.#voice.link === link)
    const known = Promise.all([read, this.#adopting]).then(([isRead]) => isRead)
    const isRead = await Promise.race([known, ...(link.isGuess ? [] : [impatience])])
    if (this.#voice.link !== link) return
    const held = this.#held
    this.#held = undefined
    for (const incoming of held) this.#apply(incoming)
    this.#sender.resume(link.epoch, isRead)
    this.#pulses.marks.connected()
  }

  /** Another connection of the same epoch takes over; nothing was missed. */
  relink(link: Link): void {
    if (this.#voice.link) this.#voice.link = link
    else void this.online(link)
  }

  offline(): void {
    this.#voice.link = undefined
    this.#held = undefined
    this.#sender.pause()
    this.#pulses.typists.clear()
    // Who waits for what is saved need not wait any more.
    this.items.invalidate()
  }

  receive(incoming: Incoming): void {
    if (this.#held) this.#held.push(incoming)
    else this.#apply(incoming)
  }

  /** Forgets everything; who awaits a `send` hears `error`. The thread of somebody else may be opened next. */
  reset(error: UsherError): void {
    this.dispose(error)
    this.#sender = this.#createSender()
    this.#clear()
  }

  /** From now on, until `stay` or `open`, nobody knows whose it is what is written. Resolves when the rest is saved, or takes too long. */
  async doubt(): Promise<void> {
    this.#voice.isSure = false
    const isDone = () => !this.#sender.underway || !this.#voice.link
    if (!isDone()) await until(this.items, isDone, this.#options.clock, patienceMs)
  }

  /** Another thread is opened next. What is not saved in this one goes along, but not to somebody else: then who awaits it hears `error`. */
  leave(error?: UsherError): void {
    this.#stop()
    this.#sender.leave(error)
    this.#clear()
  }

  /** Stops all timers; who awaits a `send` hears `error`. */
  dispose(error: UsherError): void {
    this.#stop()
    this.#sender.dispose(error)
  }

  // ── for the user ──

  send(text: string): Promise<TimelineMessage> {
    return this.post(text, false)
  }

  /** `note`: only agents see it. */
  async post(text: string, note: boolean): Promise<TimelineMessage> {
    const { sent } = this.#sender.add(checkText(text), note)
    if (!this.#voice.opening) this.#options.onWanted()
    this.#pulses.keystrokes.reset()
    return sent
  }

  retry(id: MessageId): Promise<TimelineMessage> {
    return this.#sender.retry(id)
  }

  discard(id: MessageId): void {
    this.#sender.discard(id)
  }

  async loadOlder(): Promise<void> {
    const { first } = this.#timeline
    if (first) await this.#reader.loadOlder(first.seq)
  }

  keystroke(text: string): void {
    this.#pulses.keystrokes.type(text)
  }

  markRead(): void {
    const seq = this.#timeline.lastShared
    if (!this.#pulses.marks.moveTo(seq)) return
    this.unread.invalidate()
    this.#options.onRead(seq)
  }

  // ── inside ──

  #stop(): void {
    this.offline()
    this.#reader.dispose()
    this.#pulses.reset()
  }

  #clear(): void {
    this.#voice.opening = undefined
    this.#voice.isSure = false
    this.#begin()
    this.#changed()
  }

  #begin(): void {
    const { clock, fetchPage, onError } = this.#options
    this.#timeline = new Timeline()
    this.#people = new People()
    this.#reader = new ThreadReader({
      clock,
      status: this.status,
      fetchPage: (query) => fetchPage(this.#voice.opening!, query),
      onPage: (page, range, what) => this.#takePage(page, range, what),
      firstUnsaved: () => this.#timeline.firstUnsaved,
      newestLimit: () => (this.#sender.idle ? screenful : 4 * screenful),
      onOlder: (rows) => void this.#putRows(rows),
      onError,
    })
  }

  #createSender(): Sender {
    const { clock, earlyOutbox } = this.#options
    return new Sender({
      clock,
      outbox: () => (this.#voice.isSure ? this.#voice.opening?.outbox : earlyOutbox?.()),
      place: () => this.#voice.place,
      home: () => this.#voice.opening,
      author: () => this.#voice.opening?.author ?? { role: this.#options.role, id: '' },
      publish: (entry) => this.#voice.publish(entry),
      standing: (id) => this.#timeline.standing(id),
      reread: () => this.#reader.catchUp(),
      onChange: () => this.items.invalidate(),
      onSent: (message) => this.#takeSent(message),
    })
  }

  #apply(incoming: Incoming): void {
    if (incoming.type === 'chat') this.#applyChat(incoming)
    else if (incoming.type === 'saved') this.#applySaved(incoming)
    else this.#applyPulse(incoming)
  }

  #applyChat({ seq, previous, item }: IncomingChat): void {
    this.#reader.gaps.live(seq, previous)
    if (item?.type === 'message') this.#applyMessage(item)
    else if (item) this.#applyEvent(item)
    this.#reader.fill(false)
  }

  #applyMessage(received: TimelineMessage & { seq: number }): void {
    const author = this.#people.named(received.author)
    const message = { ...received, author }
    const isNew = this.#place(message, false, false)
    // Who they are stands in the thread.
    if (!message.mine && this.#people.wonder(author)) void this.#reader.catchUp()
    if (message.mine) this.#sender.stored(message.id, message.seq)
    else this.#pulses.typists.remove(author.id)
    if (isNew && !message.mine) this.#options.onReceived(message)
    this.#changed()
  }

  #applyEvent(item: TimelineEvent): void {
    if (item.event.type === 'conversation.assigned') this.learn({ role: 'agent', ...item.event.data.agent })
    if (!this.#place(item, false, false)) return
    this.#options.onEvent(item)
    this.#changed()
  }

  #applySaved({ seqs }: IncomingSaved): void {
    this.#timeline.markSaved(seqs)
    this.#sender.savedSeqs(seqs)
    this.#reader.gaps.exist(seqs)
    this.#reader.fill(true)
    this.items.invalidate()
  }

  #applyPulse({ by, pulse }: IncomingPulse): void {
    if (by.id === this.#voice.opening?.self.id) return
    if (pulse.type === 'typing') this.#pulses.typists.hear({ ...this.#people.named(by), role: by.role }, pulse.text)
    else if (pulse.type === 'read' && by.role !== this.#options.role) this.#applyRead(pulse.seq ?? 0)
  }

  #applyRead(seq: number): void {
    if (this.#timeline.readByOthers(seq)) this.items.invalidate()
    // They have read what was never seen here.
    if (seq > this.lastSeq) this.#reader.suspect()
  }

  #takePage(page: ThreadPage, range: PageRange, { first, newest }: { first: boolean; newest: boolean }): void {
    if (this.#voice.link && page.epoch !== this.#voice.link.epoch) {
      // Nothing of this connection can be placed any more.
      this.offline()
      this.#options.onResync()
    }
    if (newest) this.#timeline.dropUpTo(range.after)
    // While nothing comes in live, the end of the thread is the end of what there is.
    const isEnd = this.#held !== undefined && !page.hasMore
    if (isEnd) this.#reader.gaps.endAt(range.last)
    const gone = this.#timeline.keepOnly(range.after, isEnd ? Number.POSITIVE_INFINITY : range.last, page.messages)
    const added = this.#putRows(page.messages)
    this.#lose(gone)
    this.#takeMarks(page)
    this.#changed()
    if (first) return
    for (const item of added) {
      if (item.type === 'event') this.#options.onEvent(item)
      else if (!item.mine) this.#options.onReceived(item)
    }
  }

  /** Puts an item at its place, and tells whether it is new. What stood there unsaved is lost. */
  #place(item: StoredItem, saved: boolean, exact: boolean): boolean {
    this.#lose(this.#timeline.vacate(item.seq, item.id, exact && saved))
    return this.#timeline.put(item, saved, exact)
  }

  /** What the stream has lost, its author sends again. */
  #lose(gone: readonly MessageId[]): void {
    for (const id of gone) if (!this.#timeline.get(id)) this.#sender.lost(id)
  }

  #takeMarks({ read }: ThreadPage): void {
    if (this.#options.role === 'agent') return void this.#timeline.readByOthers(read.visitor)
    this.#timeline.readByOthers(read.agent)
    // Of agents the page tells who read furthest, which is not this one.
    this.#pulses.marks.heard(read.visitor)
  }

  /** Returns the rows that are new. */
  #putRows(rows: readonly ThreadItem[]): StoredItem[] {
    const added: StoredItem[] = []
    for (const row of rows) {
      if (row.author.role !== 'server') this.learn(row.author)
      const item = fromPage(row, this.#voice.opening!.self)
      if (this.#place(item, row.saved, true)) added.push(item)
      if (item.type !== 'message' || !item.mine) continue
      if (row.saved) this.#sender.saved(row.id)
      else this.#sender.stored(row.id, row.seq)
    }
    this.#reader.gaps.see(rows.map(({ seq }) => seq))
    this.#changed()
    return added
  }

  #takeSent(message: TimelineMessage & { seq: number }): TimelineMessage {
    this.#reader.gaps.see([message.seq])
    this.#place(message, false, false)
    const drawn = this.#timeline.get(message.id)
    const sent = drawn?.type === 'message' ? drawn : message
    this.#options.onSent(sent)
    this.#changed()
    return sent
  }

  #countUnread(): number {
    if (!this.#reader.isLoaded) return this.#unreadBefore
    const { role } = this.#options
    return this.#timeline.countAfter(this.#pulses.marks.own, ({ author, note }) => author.role !== role && !note)
  }

  #changed(): void {
    this.items.invalidate()
    this.unread.invalidate()
  }
}
