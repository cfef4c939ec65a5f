import type { TimelineMessage } from './types.ts'

/** Messages remembered: far more than come back after a stream was lost. */
const remembered = 2_000

/** What was announced as news: a message that comes again, as a copy or because the stream had lost it, is none. */
export class Announced {
  readonly #keys = new Set<string>()

  /** Whether it is news; from now on it is not. An id is its author's: nobody silences a message by using its id first. */
  isNews({ id, author }: Pick<TimelineMessage, 'id' | 'author'>): boolean {
    const key = `${author.id}:${id}`
    if (this.#keys.has(key)) return false
    this.#keys.add(key)
    for (const oldest of this.#keys) {
      if (this.#keys.size <= remembered) break
      this.#keys.delete(oldest)
    }
    return true
  }
}
