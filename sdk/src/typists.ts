import type { Cancel, Clock } from './clock.ts'
import { createState } from './readable.ts'
import type { Readable, Typist } from './types.ts'

/** Silence after which somebody has stopped typing, ms. */
const expiryMs = 6_000

/** Who is typing now: each until silent, or until their message is there. */
export class Typists {
  readonly now: Readable<readonly Typist[]>
  readonly #now = createState<readonly Typist[]>([])
  readonly #clock: Clock
  readonly #expiries = new Map<string, Cancel>()

  constructor(clock: Clock) {
    this.now = this.#now
    this.#clock = clock
  }

  /** Somebody types. `text`: the draft; '' when they have stopped. */
  hear(by: Typist, text: string | undefined): void {
    if (text === '') this.remove(by.id)
    else this.add({ ...by, ...(text && { text }) })
  }

  add(typist: Typist): void {
    this.#expiries.get(typist.id)?.()
    this.#expiries.set(
      typist.id,
      this.#clock.after(expiryMs, () => this.remove(typist.id)),
    )
    const others = this.#now.getSnapshot()
    const known = others.some(({ id }) => id === typist.id)
    this.#now.set(known ? others.map((other) => (other.id === typist.id ? typist : other)) : [...others, typist])
  }

  remove(id: string): void {
    const cancel = this.#expiries.get(id)
    if (!cancel) return
    cancel()
    this.#expiries.delete(id)
    this.#now.set(this.#now.getSnapshot().filter((typist) => typist.id !== id))
  }

  clear(): void {
    for (const cancel of this.#expiries.values()) cancel()
    this.#expiries.clear()
    this.#now.set([])
  }
}
