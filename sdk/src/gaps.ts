/**
 * Notices what the live feed has left out. Everything up to `covered` is known; behind that, each seen seq by itself. Each live message
 * names the one before it on its subject, each `saved` notice the seqs it committed: one that was not seen is a hole. [R20] A hole is
 * filled by reading on from `covered`: whatever lost one message may have lost others, and what hinted at them.
 */
export class Gaps {
  #covered = 0
  /** Seen, behind `covered`. */
  readonly #seen = new Set<number>()
  /** Must exist, and were not seen. */
  readonly #holes = new Set<number>()

  /** Everything up to here is known. */
  get covered(): number {
    return this.#covered
  }

  /** Where to read from to fill all holes; undefined when there are none. */
  get after(): number | undefined {
    return this.#holes.size === 0 ? undefined : this.#covered
  }

  has(seq: number): boolean {
    return seq <= this.#covered || this.#seen.has(seq)
  }

  /** A live message, and the seq before it on the same subject (0: none). */
  live(seq: number, previous: number): void {
    this.exist([previous])
    this.see([seq])
  }

  /** Seen by another way: an acknowledgement, an older page. */
  see(seqs: Iterable<number>): void {
    for (const seq of seqs) {
      if (seq > this.#covered) this.#seen.add(seq)
      this.#holes.delete(seq)
    }
  }

  /** These exist: a notice names them. */
  exist(seqs: readonly number[]): void {
    for (const seq of seqs) if (!this.has(seq)) this.#holes.add(seq)
  }

  /** The thread was read: these are all messages with `after < seq ≤ last`. What it does not show there does not exist for this reader. */
  read(after: number, last: number, seqs: Iterable<number>): void {
    this.see(seqs)
    for (const hole of this.#holes) if (hole > after && hole <= last) this.#holes.delete(hole)
    if (after <= this.#covered && last > this.#covered) this.reset(last)
  }

  /** The thread ends here, and nothing came in meanwhile: what was seen behind its end is not there any more. */
  endAt(last: number): void {
    this.#covered = last
    this.#seen.clear()
  }

  /** Starts over from here: what lies before is only read on demand. */
  reset(covered: number): void {
    this.#covered = covered
    for (const known of [this.#seen, this.#holes]) for (const seq of known) if (seq <= covered) known.delete(seq)
  }
}
