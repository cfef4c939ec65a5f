import { checkText } from './check-text.ts'
import type { Link } from './connection.ts'
import { fromPage } from './from-page.ts'
import type { Incoming, IncomingChat, IncomingPulse, IncomingSaved } from './incoming.ts'
import { Keystrokes } from './keystrokes.ts'
import type { OutboxEntry } from './outbox.ts'
import { People } from './people.ts'
import type { UsherError } from './protocol/errors.ts'
import type { MessageId } from './protocol/ids.ts'
import type { Author, ThreadItem, ThreadPage } from './protocol/rest.ts'
import { ReadMarks } from './read-marks.ts'
import { createState, createView } from './readable.ts'
import { Sender } from './sender.ts'
import type { Opening, ThreadOptions } from './thread-options.ts'
import { type PageRange, screenful, ThreadReader } from './thread-reader.ts'
import { ThreadVoice } from './thread-voice.ts'
import { type StoredItem, Timeline } from './timeline.ts'
import type { Thread, TimelineEvent, TimelineItem, TimelineMessage } from './types.ts'
import { Typists } from './typists.ts'

type Status = ReturnType<Thread['status']['getSnapshot']>

/** After a reconnect, so long the thread is waited for; then the chat goes on without, and it is read when that works again. */
const patienceMs = 3_000

/** One thread: reads, listens, sends, and keeps what it knows in the order of the stream. */
export class ThreadCore implements Thread {
  readonly items = createView<readonly TimelineItem[]>(() => [...this.#timeline.items(), ...this.#sender.unsent])
  readonly unread = createView<number>(() => this.#countUnread())
  readonly status = createState<Status>({ phase: 'loading', hasOlder: false, loadingOlder: false })
  readonly typing: Typists['now']
  readonly #options: ThreadOptions
  readonly #typists: Typists
  readonly #keystrokes: Keystrokes
  #opening: Opening | undefined
  #timeline!: Timeline
  #reader!: ThreadReader
  #sender!: Sender
  #people!: People
  #marks!: ReadMarks
  readonly #voice = new ThreadVoice()
  /** What came live before the thread was read. */
  #held: Incoming[] | undefined
  #unreadBefore = 0
  #adopting: Promise<void> = Promise.resolve()

  constructor(options: ThreadOptions) {
    this.#options = options
    this.#typists = new Typists(options.clock)
    this.typing = this.#typists.now
    this.#keystrokes = new Keystrokes({
      clock: options.clock,
      preview: () => options.role === 'visitor' && options.preview(),
      send: (text) => this.#voice.typing(text),
    })
    this.#clear()
  }

  get site(): string {
    return this.#opening?.site ?? ''
  }

  get visitor(): string {
    return this.#opening?.visitor ?? ''
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
    this.#opening = opening
    this.#voice.opening = opening
    this.#unreadBefore = unread
    this.#sender.placed()
    this.unread.invalidate()
  }

  /** Reads the newest page, unless that is done. */
  async load(): Promise<void> {
    if (!this.#reader.isLoaded) await this.#reader.catchUp()
  }

  /** The thread is known to be empty: no need to read it. */
  startEmpty(): void {
    this.#reader.startEmpty()
    this.#setStatus({ phase: 'ready' })
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
    const impatience = new Promise<false>((resolve) => this.#options.clock.after(patienceMs, () => resolve(false)))
    const read = this.#reader.insist(() => link.isGuess === true && this.#voice.link === link)
    const known = Promise.all([read, this.#adopting]).then(([isRead]) => isRead)
    const isRead = await Promise.race([known, ...(link.isGuess ? [] : [impatience])])
    if (this.#voice.link !== link) return
    const held = this.#held
    this.#held = undefined
    for (const incoming of held) this.#apply(incoming)
    this.#sender.resume(link.epoch, isRead)
    this.#marks.connected()
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
    this.#typists.clear()
  }

  receive(incoming: Incoming): void {
    if (this.#held) this.#held.push(incoming)
    else this.#apply(incoming)
  }

  /** Forgets everything; the thread of somebody else may be opened next. */
  reset(error: UsherError): void {
    this.dispose(error)
    this.#clear()
    this.#opening = undefined
    this.#voice.opening = undefined
    this.status.set({ phase: 'loading', hasOlder: false, loadingOlder: false })
    this.#changed()
  }

  /** Stops all timers; who awaits a `send` hears `error`. */
  dispose(error: UsherError): void {
    this.offline()
    this.#reader.dispose()
    this.#sender.dispose(error)
    this.#marks.dispose()
    this.#keystrokes.reset()
  }

  // ── for the user ──

  send(text: string): Promise<TimelineMessage> {
    return this.post(text, false)
  }

  /** `note`: only agents see it. */
  async post(text: string, note: boolean): Promise<TimelineMessage> {
    const { sent } = this.#sender.add(checkText(text), note)
    if (!this.#opening) this.#options.onWanted()
    this.#keystrokes.reset()
    return sent
  }

  retry(id: MessageId): Promise<TimelineMessage> {
    return this.#sender.retry(id)
  }

  discard(id: MessageId): void {
    this.#sender.discard(id)
  }

  async loadOlder(): Promise<void> {
    const { hasOlder, loadingOlder } = this.status.getSnapshot()
    const { first } = this.#timeline
    if (!hasOlder || loadingOlder || !first) return
    const timeline = this.#timeline
    this.#setStatus({ loadingOlder: true })
    try {
      const page = await this.#reader.older(first.seq)
      if (timeline !== this.#timeline) return
      this.#putRows(page.messages)
      this.#setStatus({ loadingOlder: false, hasOlder: page.hasMore })
    } catch (error) {
      this.#setStatus({ loadingOlder: false })
      this.#options.onError(error as UsherError)
    }
  }

  keystroke(text: string): void {
    this.#keystrokes.type(text)
  }

  markRead(): void {
    const seq = this.#timeline.lastShared
    if (!this.#marks.moveTo(seq)) return
    this.unread.invalidate()
    this.#options.onRead(seq)
  }

  // ── inside ──

  #clear(): void {
    const { clock, fetchPage, onError, earlyOutbox } = this.#options
    this.#timeline = new Timeline()
    this.#people = new People()
    this.#marks = new ReadMarks(clock, (seq) => this.#voice.pulse({ v: 1, type: 'read', seq }))
    this.#reader = new ThreadReader({
      clock,
      fetchPage: (query) => fetchPage(this.#opening!, query),
      onPage: (page, range, what) => this.#takePage(page, range, what),
      firstUnsaved: () => this.#timeline.firstUnsaved,
      newestLimit: () => (this.#sender.idle ? screenful : 4 * screenful),
      onError: (error) => {
        if (!this.#reader.isLoaded) this.#setStatus({ phase: 'error', error })
        onError(error)
      },
    })
    this.#sender = new Sender({
      clock,
      outbox: () => (this.#opening ? this.#opening.outbox : earlyOutbox?.()),
      place: () => this.#opening && { site: this.#opening.site, visitor: this.#opening.visitor },
      author: () => this.#opening?.author ?? { role: this.#options.role, id: '' },
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
    else this.#typists.remove(author.id)
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
    if (by.id === this.#opening?.self.id) return
    const { name, avatarUrl } = this.#people.named(by)
    if (pulse.type === 'typing' && pulse.text === '') this.#typists.remove(by.id)
    else if (pulse.type === 'typing') {
      this.#typists.add({ ...by, ...(name && { name }), ...(avatarUrl && { avatarUrl }), ...(pulse.text && { text: pulse.text }) })
    } else if (pulse.type === 'read' && by.role !== this.#options.role) this.#applyRead(pulse.seq ?? 0)
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
    this.#setStatus({ phase: 'ready', ...(newest && { hasOlder: page.hasMore }) })
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
    this.#marks.heard(read.visitor)
  }

  /** Returns the rows that are new. */
  #putRows(rows: readonly ThreadItem[]): StoredItem[] {
    const added: StoredItem[] = []
    for (const row of rows) {
      if (row.author.role !== 'server') this.learn(row.author)
      const item = fromPage(row, this.#opening!.self)
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
    return this.#timeline.countAfter(this.#marks.own, ({ author, note }) => author.role !== role && !note)
  }

  #setStatus(change: Partial<Status>): void {
    const { error: _, ...status } = this.status.getSnapshot()
    this.status.set({ ...status, ...change })
  }

  #changed(): void {
    this.items.invalidate()
    this.unread.invalidate()
  }
}
