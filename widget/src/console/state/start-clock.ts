import type { Readable } from '@usher-chat/sdk/agent'
import { createStore } from '../../ui/create-store.ts'

/** Often enough for "4m", seldom enough to cost nothing; ms. */
const tickMs = 30_000

/** The time, moving every half minute. */
export function startClock(now: () => number): Readable<number> & { stop: () => void } {
  const { set, getSnapshot, subscribe } = createStore(now())
  const timer = setInterval(() => set(now()), tickMs)
  return { getSnapshot, subscribe, stop: () => clearInterval(timer) }
}
