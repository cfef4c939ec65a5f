import type { MessageId } from './protocol/ids.ts'
import type { Author } from './protocol/rest.ts'
import type { Delivery, TimelineEvent, TimelineMessage } from './types.ts'

/** An item that stands in the stream. */
export type StoredItem = (TimelineMessage & { readonly seq: number }) | TimelineEvent

interface Row {
  item: StoredItem
  saved: boolean
}

/** Everything known of a thread, in the order of the stream. No effects: what comes in decides what comes out. */
export class Timeline {
  #rows: Row[] = []
  readonly #byId = new Map<MessageId, Row>()
  readonly #unsaved = new Set<number>()
  /** Seqs that were said to be saved before they were seen. */
  readonly #savedAhead = new Set<number>()
  /** How far the other side has read. */
  #readByOthers = 0

  get first(): StoredItem | undefined {
    return this.#rows[0]?.item
  }

  get last(): StoredItem | undefined {
    return this.#rows.at(-1)?.item
  }

  /** Seq of the newest item that both sides can see; 0 when there is none. */
  get lastShared(): number {
    for (let i = this.#rows.length - 1; i >= 0; i--) {
      const { item } = this.#rows[i]!
      if (!(item.type === 'event' ? item.internal : item.note)) return item.seq
    }
    return 0
  }

  /** The oldest item that is not known to be in Postgres. */
  get firstUnsaved(): number | undefined {
    let first: number | undefined
    for (const seq of this.#unsaved) if (first === undefined || seq < first) first = seq
    return first
  }

  /** Where a message stands, and whether that is saved. */
  standing(id: MessageId): { seq: number; saved: boolean } | undefined {
    const row = this.#byId.get(id)
    return row && { seq: row.item.seq, saved: row.saved }
  }

  get(id: MessageId): StoredItem | undefined {
    return this.#byId.get(id)?.item
  }

  /**
   * Puts an item at its place and tells whether it is new. One id is one row: a copy with a higher seq is a message that was sent again,
   * so the lower seq stays, unless Postgres has chosen. `exact`: told by the server, so author, time and (once saved) seq are final. [R19]
   */
  put(item: StoredItem, saved: boolean, exact: boolean): boolean {
    const isSaved = this.#savedAhead.delete(item.seq) || saved
    const row = this.#byId.get(item.id)
    if (!row) {
      this.#insert({ item, saved: isSaved })
      return true
    }
    // The live feed and the acknowledgement tell the same of an own message.
    if (!exact && item.seq >= row.item.seq && (row.saved || !isSaved)) return false
    const seq = exact && saved ? item.seq : Math.min(row.item.seq, item.seq)
    const isBetter = exact || (!row.saved && item.seq < row.item.seq)
    this.#remove(row)
    this.#insert({ item: { ...(isBetter ? item : row.item), seq }, saved: row.saved || isSaved })
    return false
  }

  /** Marks items as committed. */
  markSaved(seqs: Iterable<number>): void {
    for (const seq of seqs) {
      const row = this.#rows[this.#indexOf(seq)]
      if (row?.item.seq !== seq) {
        if (this.#savedAhead.size > 1_000) this.#savedAhead.clear()
        this.#savedAhead.add(seq)
        continue
      }
      row.saved = true
      this.#refresh(row)
    }
  }

  /**
   * The thread was read from behind `after` up to `last`, and these items stand there: unsaved ones that do not are gone (a power cut took
   * them from the stream). Returns the ids of those. [R21]
   */
  keepOnly(after: number, last: number, items: readonly { seq: number; id: MessageId }[]): MessageId[] {
    const there = new Map(items.map(({ seq, id }) => [seq, id]))
    const gone: MessageId[] = []
    for (const seq of [...this.#unsaved]) {
      const { id } = this.#rows[this.#indexOf(seq)]!.item
      if (seq > after && seq <= last && there.get(seq) !== id) gone.push(...this.vacate(seq))
    }
    return gone
  }

  /**
   * A seq belongs to one message: an item of another id than `newcomer` that stands there is gone, for the stream has lost it and given its
   * seq out again. Of a saved one only Postgres can say that (`isCertain`). Returns its id. [R21]
   */
  vacate(seq: number, newcomer?: MessageId, isCertain = false): MessageId[] {
    const row = this.#rows[this.#indexOf(seq)]
    if (row?.item.seq !== seq || row.item.id === newcomer || (row.saved && !isCertain)) return []
    this.#remove(row)
    return [row.item.id]
  }

  /** The other side has read up to here. Tells whether that changed anything. */
  readByOthers(seq: number): boolean {
    const before = this.#readByOthers
    if (seq <= before) return false
    this.#readByOthers = seq
    for (let i = this.#rows.length - 1; i >= 0 && this.#rows[i]!.item.seq > before; i--) this.#refresh(this.#rows[i]!)
    return true
  }

  /** Gives rows of this author the name and picture they lacked. */
  name(author: Author): void {
    for (const row of this.#rows) {
      const { item } = row
      if (item.type === 'message' && item.author.id === author.id && item.author.name === undefined) row.item = { ...item, author }
    }
  }

  /** Messages that `isCounted` behind `seq`. */
  countAfter(seq: number, isCounted: (message: TimelineMessage) => boolean): number {
    let count = 0
    for (let i = this.#rows.length - 1; i >= 0; i--) {
      const { item } = this.#rows[i]!
      if (item.seq <= seq) break
      if (item.type === 'message' && isCounted(item)) count++
    }
    return count
  }

  items(): StoredItem[] {
    return this.#rows.map(({ item }) => item)
  }

  /** Forgets everything up to this seq. */
  dropUpTo(seq: number): void {
    while (this.#rows.length > 0 && this.#rows[0]!.item.seq <= seq) this.#remove(this.#rows[0]!)
  }

  #insert(row: Row): void {
    this.#rows.splice(this.#indexOf(row.item.seq), 0, row)
    this.#byId.set(row.item.id, row)
    this.#refresh(row)
  }

  #remove(row: Row): void {
    this.#rows.splice(this.#rows.indexOf(row, this.#indexOf(row.item.seq)), 1)
    this.#byId.delete(row.item.id)
    this.#unsaved.delete(row.item.seq)
  }

  #refresh(row: Row): void {
    if (row.saved) this.#unsaved.delete(row.item.seq)
    else this.#unsaved.add(row.item.seq)
    const { item } = row
    if (item.type !== 'message' || !item.mine) return
    const delivery = this.#deliveryOf(item, row.saved)
    if (item.delivery !== delivery) row.item = { ...item, delivery }
  }

  #deliveryOf({ seq, note }: StoredItem & { note: boolean }, saved: boolean): Delivery {
    if (seq <= this.#readByOthers && !note) return 'read'
    return saved ? 'saved' : 'sent'
  }

  /** Where a row of this seq stands, or would stand. Live messages come at the end, so the search starts there. */
  #indexOf(seq: number): number {
    let low = 0
    let high = this.#rows.length
    if (high > 0 && this.#rows[high - 1]!.item.seq < seq) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#rows[middle]!.item.seq < seq) low = middle + 1
      else high = middle
    }
    return low
  }
}
