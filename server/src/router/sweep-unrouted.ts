import type { Thread } from './group-by-thread.ts'

/** What one look at some visitors found. */
export interface Unrouted {
  /** Threads without a conversation, in a fixed order. */
  threads: Thread[]
  /** Where the next look begins; undefined: it was the last. */
  last: Thread | undefined
}

export interface SweepOptions {
  /** The life of the stream; undefined while it is not settled. */
  epoch: () => number | undefined
  /** Looks at the next visitors. */
  read: (after: Thread | undefined) => Promise<Unrouted>
  open: (thread: Thread) => Promise<void>
}

/** Most threads a call opens: other work waits meanwhile. */
export const openedAtOnce = 100

/**
 * Opens what the router had not seen when the stream lost it: once through all visitors in each life of the stream, some at each call.
 * What fails is tried again by the next call; what cannot be opened, because nothing of it is stored any more, is passed by.
 */
export function createSweep({ epoch, read, open }: SweepOptions): () => Promise<void> {
  let life: number | undefined
  let after: Thread | undefined
  let done = false
  return async () => {
    const now = epoch()
    if (now === undefined || (now === life && done)) return
    if (now !== life) {
      life = now
      after = undefined
      done = false
    }
    const { threads, last } = await read(after)
    for (const thread of threads.slice(0, openedAtOnce)) {
      await open(thread)
      after = thread
    }
    if (threads.length > openedAtOnce) return
    after = last
    done = last === undefined
  }
}
