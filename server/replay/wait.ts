import type { Readable } from '@usher-chat/sdk'

/** Longest a step of a replay may take: a killed server, broker or database is back within it. */
const patienceMs = 120_000

/** Waits until `ready` gives something, looking again at every change of `source`. Rejects with `complaint` after two minutes. */
export function when<T, R>(source: Readable<T>, ready: (value: T) => R | undefined | false, complaint: string): Promise<R> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new Error(`unable to go on; ${complaint}`))), patienceMs)
    const look = () => {
      const found = ready(source.getSnapshot())
      if (found !== undefined && found !== false) finish(() => resolve(found))
    }
    const stop = source.subscribe(look)
    const finish = (settle: () => void) => {
      clearTimeout(timer)
      stop()
      settle()
    }
    look()
  })
}

/** The promise, or a rejection with `complaint` after two minutes. */
export async function inTime<T>(promise: Promise<T>, complaint: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`unable to go on; ${complaint}`)), patienceMs)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Tries until it works: the server may be away for a moment. Rejects with the last failure after two minutes. */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + patienceMs; ; ) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await pause(250)
    }
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
