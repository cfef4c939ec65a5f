export interface SteadyOptions {
  /** Looks in a row that must agree. */
  looks?: number
  everyMs?: number
  /** How far looks may lie apart, as a share. */
  tolerance?: number
  /** After this the last look counts, ms. */
  patienceMs?: number
  pause?: (ms: number) => Promise<void>
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A figure once it stands still: the last of some looks that agree. */
export async function untilSteady(read: () => number, options: SteadyOptions = {}): Promise<number> {
  const { looks = 4, everyMs = 500, tolerance = 0.01, patienceMs = 20_000, pause = sleep } = options
  let last = read()
  let same = 1
  for (let waited = 0; same < looks && waited < patienceMs; waited += everyMs) {
    await pause(everyMs)
    const now = read()
    same = Math.abs(now - last) <= Math.abs(last) * tolerance ? same + 1 : 1
    last = now
  }
  return last
}
