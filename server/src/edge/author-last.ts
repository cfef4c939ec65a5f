/** What goes back to one client, in the order it came. */
export interface AuthorLast {
  /** The client has written: their own copy, and the answer, are not urgent. */
  wrote(): void
  /** Sends what nats-server has for the client, at once or after the others. */
  deliver(frames: readonly Buffer[]): void
  /** Sends what waits. */
  flush(): void
}

export interface AuthorLastOptions {
  send(frames: readonly Buffer[]): void
  /** Calls back once everybody has been served whose bytes are there by now. */
  later?: (flush: () => void) => unknown
}

/**
 * Whoever writes sees the message before it leaves; everybody else waits for it. A write that wakes a sleeping process takes longer than
 * all of the edge's work on a message, so the next thing an author gets waits until the sockets that are ready now are served.
 */
export function createAuthorLast({ send, later = setImmediate }: AuthorLastOptions): AuthorLast {
  let hasWritten = false
  let waiting: Buffer[] = []
  const flush = (): void => {
    const frames = waiting
    waiting = []
    if (frames.length > 0) send(frames)
  }
  return {
    flush,
    wrote() {
      hasWritten = true
    },
    deliver(frames) {
      if (waiting.length > 0) waiting.push(...frames)
      else if (!hasWritten) send(frames)
      else {
        hasWritten = false
        waiting = [...frames]
        later(flush)
      }
    },
  }
}
