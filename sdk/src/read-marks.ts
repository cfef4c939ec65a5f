import type { Cancel, Clock } from './clock.ts'

/** Reading is told at most this often, ms. */
const everyMs = 1_000

/** How far this reader has read: moves forward only, and is told when there is somebody to tell. */
export class ReadMarks {
  readonly #clock: Clock
  readonly #tell: (seq: number) => boolean
  #own = 0
  #told = 0
  #toldAt = Number.NEGATIVE_INFINITY
  #cancel: Cancel | undefined

  /** `tell` returns whether it could. */
  constructor(clock: Clock, tell: (seq: number) => boolean) {
    this.#clock = clock
    this.#tell = tell
  }

  /** Everything up to here is read. */
  get own(): number {
    return this.#own
  }

  /** Read up to here now. Tells whether that is further than before. */
  moveTo(seq: number): boolean {
    if (seq <= this.#own) return false
    this.#own = seq
    this.#flush()
    return true
  }

  /** The server knows of this much. */
  heard(seq: number): void {
    this.#own = Math.max(this.#own, seq)
    this.#told = Math.max(this.#told, seq)
  }

  /** There is somebody to tell. */
  connected(): void {
    this.#flush()
  }

  dispose(): void {
    this.#cancel?.()
  }

  #flush(): void {
    if (this.#own <= this.#told || this.#cancel) return
    const wait = this.#toldAt + everyMs - this.#clock.now()
    if (wait > 0) {
      this.#cancel = this.#clock.after(wait, () => {
        this.#cancel = undefined
        this.#flush()
      })
      return
    }
    if (!this.#tell(this.#own)) return
    this.#told = this.#own
    this.#toldAt = this.#clock.now()
  }
}
