import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from './log.ts'
import { pauseAfter } from './start-loop.ts'

export interface KeepTryingOptions<T> {
  /** Completes the sentence `unable to <name>`. */
  name: string
  work: () => Promise<T>
  log: Log
  /** Ends it: the promise rejects. */
  signal: AbortSignal
  /** Whether trying again cannot help: the promise rejects with this error. Default: it always may. */
  isFinal?: (error: unknown) => boolean
  random?: () => number
}

/** Does something until it succeeds, with growing pauses: for what must be there before anything else can be. */
export async function keepTrying<T>({
  name,
  work,
  log,
  signal,
  isFinal = () => false,
  random = Math.random,
}: KeepTryingOptions<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (isFinal(error)) throw error
      log.warn({ reason: String(error), failures }, `unable to ${name}; trying again`)
      await sleep(pauseAfter(failures, random()), undefined, { signal })
    }
  }
}
