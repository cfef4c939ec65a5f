/** A message that must exist and was not seen. */
interface Hole {
  seq: number
  /** Read the thread from behind this seq to find it. */
  after: number
}

/**
 * Notices what the live feed has left out. Everything up to `covered` is known; behind that, each seen seq by itself. Each live message
 * names the one before it on its subject, each `saved` notice the seqs it committed: one that was not seen is a hole. [R20]
 */
export class Gaps {
  #covered = 0
  /** Seen, behind `covered`. */
  readonly #seen = new Set<number>()
  /** The newest seq of each subject. */
  readonly #newest = new Map<string, number>()
  #holes: Hole[] = []

  /** Everything up to here is known. */
  get covered(): number {
    return this.#covered
  }

  /** Where to read from to fill all holes; undefined when there are none. */
  get after(): number | undefined {
    return this.#holes.length === 0 ? undefined : Math.min(...this.#holes.map(({ after }) => after))
  }

  has(seq: number): boolean {
    return seq <= this.#covered || this.#seen.has(seq)
  }

  /** A live message, and the seq before it on the same subject (0: none). */
  live(subject: string, seq: number, previous: number): void {
    const newest = this.#newest.get(subject) ?? 0
    if (!this.has(previous)) this.#holes.push({ seq: previous, after: Math.max(this.#covered, Math.min(newest, previous - 1)) })
    this.#newest.set(subject, Math.max(newest, seq))
    this.see([seq])
  }

  /** Seen by another way: an acknowledgement, an older page. */
  see(seqs: Iterable<number>): void {
    for (const seq of seqs) if (seq > this.#covered) this.#seen.add(seq)
    this.#holes = this.#holes.filter(({ seq }) => !this.has(seq))
  }

  /** These exist: `saved` names them. */
  exist(seqs: readonly number[]): void {
    for (const seq of seqs) if (!this.has(seq)) this.#holes.push({ seq, after: seq - 1 })
  }

  /** The thread was read: these are all messages with `after < seq ≤ last`. */
  read(after: number, last: number, seqs: Iterable<number>): void {
    // What it does not show there does not exist for this reader.
    const open = this.#holes.filter(({ seq }) => seq <= after || seq > last)
    this.#holes = open.map((hole) => (hole.seq > last && hole.after >= after && hole.after < last ? { ...hole, after: last } : hole))
    this.see(seqs)
    if (after > this.#covered || last <= this.#covered) return
    this.#covered = last
    for (const seq of this.#seen) if (seq <= last) this.#seen.delete(seq)
    this.see([])
  }

  /** Starts over from here: what lies before is only read on demand. */
  reset(covered: number): void {
    this.#covered = covered
    for (const seq of this.#seen) if (seq <= covered) this.#seen.delete(seq)
    this.see([])
  }
}
