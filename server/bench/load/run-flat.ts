import type { Talk } from './open-talk.ts'
import { createTally } from './tally.ts'

export interface FlatOptions {
  talk: Talk
  /** Messages each thread keeps unacknowledged. */
  window: number
  perThread: number
  /** Number of the first message. */
  first: number
  text: (n: number) => string
}

export interface FlatResult {
  messages: number
  /** Seconds from the first send until the last message is committed in Postgres, and until it stands on the last screen. */
  savedSeconds: number
  screenSeconds: number
}

/** Closed loop: every thread sends the next message when one is acknowledged. */
export async function runFlat({ talk, window, perThread, first, text }: FlatOptions): Promise<FlatResult> {
  const messages = talk.threads * perThread
  const next = new Uint32Array(talk.threads)
  const send = (thread: number): void => {
    const turn = next[thread] as number
    if (turn >= perThread) return
    next[thread] = turn + 1
    const n = first + turn * talk.threads + thread
    talk.send(thread, n, text(n))
  }
  const tally = createTally({ first, count: messages, talk, onAck: (n) => send((n - first) % talk.threads) })
  talk.hear(tally.hears)
  const began = performance.now()
  for (let turn = 0; turn < window; turn++) for (let thread = 0; thread < talk.threads; thread++) send(thread)
  await tally.complete
  return { messages, savedSeconds: (tally.lastSaved() - began) / 1_000, screenSeconds: (tally.lastScreen() - began) / 1_000 }
}
