/** Takes back what was planned; harmless when it is already done. */
export type Cancel = () => void

/** Time and chance, handed in so that tests decide both. */
export interface Clock {
  /** Epoch ms. */
  now(): number
  /** Runs once, `ms` from now. */
  after(ms: number, run: () => void): Cancel
  /** 0 ≤ x < 1. */
  random(): number
}

/** Resolves `ms` from now. */
export const after = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}
