import { isUsherError, UsherError } from '@usher-chat/sdk/protocol'
import type { Readable } from '@usher-chat/sdk/visitor'
import { createStore } from '../ui/create-store.ts'

export interface StartState {
  phase: 'starting' | 'started' | 'failed'
  error?: UsherError
  /** When it is tried again by itself, epoch ms; absent when only a person can help. */
  retryAt?: number
}

export interface Starter {
  readonly state: Readable<StartState>
  /** Starts, or tries again at once. */
  start(): void
  stop(): void
}

interface StarterParts {
  /** Asks the server for the session. */
  begin: () => Promise<unknown>
  started: () => void
  now?: () => number
  random?: () => number
}

const firstDelayMs = 1_000
const longestDelayMs = 30_000

/** The wait before attempt `failures + 1`, ms: doubling, with jitter, and never less than the server asked for. */
export function retryDelay(failures: number, error: UsherError, random: () => number): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** failures)
  return Math.max(error.retryAfterMs ?? 0, Math.round(ceiling * (0.5 + random() / 2)))
}

/** Starts the session and keeps trying while trying can help. */
export function createStarter({ begin, started, now = Date.now, random = Math.random }: StarterParts): Starter {
  const state = createStore<StartState>({ phase: 'starting' })
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let run = 0

  const start = () => {
    clearTimeout(timer)
    const mine = ++run
    if (state.getSnapshot().phase !== 'starting') state.set({ phase: 'starting' })
    begin().then(
      () => mine === run && succeed(),
      (error: unknown) => mine === run && fail(toUsherError(error)),
    )
  }
  const succeed = () => {
    failures = 0
    state.set({ phase: 'started' })
    started()
  }
  const fail = (error: UsherError) => {
    if (!error.retryable) return state.set({ phase: 'failed', error })
    const delay = retryDelay(failures++, error, random)
    timer = setTimeout(start, delay)
    state.set({ phase: 'failed', error, retryAt: now() + delay })
  }
  const stop = () => {
    run++
    clearTimeout(timer)
  }
  return { state, start, stop }
}

const toUsherError = (error: unknown) =>
  isUsherError(error) ? error : new UsherError('internal', 'unable to start the chat; an unexpected fault', { cause: error })
