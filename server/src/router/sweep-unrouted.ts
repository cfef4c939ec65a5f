import type { Thread } from './group-by-thread.ts'

export interface SweepOptions {
  /** The life of the stream; undefined while it is not settled. */
  epoch: () => number | undefined
  /** The next threads without a conversation, in a fixed order. */
  read: (after: Thread | undefined, limit: number) => Promise<Thread[]>
  open: (thread: Thread) => Promise<void>
}

/** Most threads a sweep opens before it lets other work go on. */
export const sweepAtOnce = 100

/**
 * Opens what the router had not seen when the stream lost it: once through all threads in each life of the stream, some at each call.
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
    const threads = await read(after, sweepAtOnce)
    for (const thread of threads) {
      await open(thread)
      after = thread
    }
    done = threads.length < sweepAtOnce
  }
}
