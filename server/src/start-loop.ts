import type { Log } from './log.ts'

/** What a loop does, and how often. Times in ms. */
export interface LoopOptions {
  /** Completes the sentence `unable to <name>`. */
  name: string
  /** Longest pause between two runs. */
  everyMs: number
  work: () => Promise<void>
  log: Log
  /** 0 to below 1; spreads the retries of several servers. */
  random?: () => number
}

export interface Loop {
  /** Runs at once, or once more when a run is under way. While runs fail, their pause is kept. */
  wake(): void
  /** Ends the loop; a run under way is finished. */
  stop(): Promise<void>
}

/** Longest pause after failures, ms. */
const longestPauseMs = 5_000

/** Does a piece of work at once, whenever it is woken, and at least every so often; never two at a time. Failures are retried. */
export function startLoop({ name, everyMs, work, log, random = Math.random }: LoopOptions): Loop {
  let failures = 0
  let woken = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  const run = (): void => {
    clearTimeout(timer)
    woken = false
    running = work().then(
      () => after(undefined),
      (error: unknown) => after(error),
    )
  }
  const after = (error: unknown): void => {
    running = undefined
    if (error === undefined && failures > 0) log.info({ failures }, `able to ${name} again`)
    failures = error === undefined ? 0 : failures + 1
    if (error !== undefined) log.warn({ error, failures }, `unable to ${name}; trying again`)
    if (stopped) return
    if (woken && failures === 0) run()
    else timer = setTimeout(run, failures === 0 ? everyMs : pauseAfter(failures, random()))
  }
  run()
  return {
    wake() {
      woken = true
      if (running === undefined && failures === 0 && !stopped) run()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** Pause after so many failures in a row, ms: at most 200 at first and 5,000 later, at least a tenth of that. `random` is 0 to below 1. */
export function pauseAfter(failures: number, random: number): number {
  return Math.ceil(Math.min(longestPauseMs, 100 * 2 ** Math.min(failures, 10)) * (0.1 + 0.9 * random))
}
