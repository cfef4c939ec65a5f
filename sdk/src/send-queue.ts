import type { MessageId } from './protocol/ids.ts'

interface Queued {
  /** `at` is the order of writing. */
  entry: { readonly id: MessageId; readonly at: number }
}

/** Messages of one thread on their way: the open ones, still to be stored, in the order of writing; and those that only wait to be saved. */
export class SendQueue<T extends Queued> {
  readonly #all = new Map<MessageId, T>()
  #open = new Set<T>()

  get open(): ReadonlySet<T> {
    return this.#open
  }

  get all(): Iterable<T> {
    return this.#all.values()
  }

  get(id: MessageId): T | undefined {
    return this.#all.get(id)
  }

  /** A message that was just written: the last. */
  add(message: T): void {
    this.#all.set(message.entry.id, message)
    this.#open.add(message)
  }

  /** A message of earlier, at its place; of two of the same time it comes first. */
  insert(message: T): void {
    this.#all.set(message.entry.id, message)
    this.#open = new Set([message, ...this.#open].sort((a, b) => a.entry.at - b.entry.at))
  }

  /** It is stored. */
  close(message: T): void {
    this.#open.delete(message)
  }

  delete(message: T): void {
    this.#open.delete(message)
    this.#all.delete(message.entry.id)
  }
}
