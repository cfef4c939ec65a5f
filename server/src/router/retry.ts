import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { pauseAfter } from '../start-loop.ts'

export interface RetryOptions {
  /** Ends the retrying: the last error is thrown. */
  signal: AbortSignal
  log: Log
  /** Completes the sentence `unable to <action>`. */
  action: string
  /** Whether trying again cannot help: then the error is thrown. */
  isFinal: (error: unknown) => boolean
}

/** Does the work until it succeeds, with growing, jittered pauses. */
export async function retry<T>(work: () => Promise<T>, { signal, log, action, isFinal }: RetryOptions): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted || isFinal(error)) throw error
      log.warn({ error, failures }, `unable to ${action}; trying again`)
      await pause(pauseAfter(failures, Math.random()), undefined, { signal })
    }
  }
}
