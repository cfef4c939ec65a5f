/** Tells a reader that is slow from one that has stopped. */
export interface Lag {
  /** `queued`: bytes ever handed to the socket; `pending`: those of them it still holds. Gives how long the oldest of them waits at least, ms. */
  note(queued: number, pending: number, now: number): number
}

/** A mark is set at the end of the queue; until the reader has got there, it is behind by the age of the mark. */
export function createLag(): Lag {
  let mark = 0
  let markedAt = 0
  return {
    note(queued, pending, now) {
      if (queued - pending >= mark) {
        mark = queued
        markedAt = now
      }
      return pending === 0 ? 0 : now - markedAt
    },
  }
}
