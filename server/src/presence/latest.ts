/** The newest value of each key, until somebody takes them all. */
export interface Latest<Value> {
  put(key: string, value: Value): void
  /** Takes everything out. */
  take(): Map<string, Value>
  /** Puts back what could not be written; what came in the meantime is newer. */
  giveBack(values: ReadonlyMap<string, Value>): void
  readonly size: number
}

export interface LatestOptions<Value> {
  /** Keys kept; beyond it the longest kept is forgotten. */
  limit: number
  /** What remains of two values of one key. */
  newest: (older: Value, newer: Value) => Value
}

export function createLatest<Value>({ limit, newest }: LatestOptions<Value>): Latest<Value> {
  let values = new Map<string, Value>()

  const put = (key: string, value: Value): void => {
    const older = values.get(key)
    if (older === undefined && values.size >= limit) forgetFirst()
    values.set(key, older === undefined ? value : newest(older, value))
  }
  const forgetFirst = (): void => {
    for (const key of values.keys()) {
      values.delete(key)
      return
    }
  }
  return {
    put,
    take() {
      const taken = values
      values = new Map()
      return taken
    },
    giveBack(older) {
      const newer = values
      values = new Map()
      for (const [key, value] of older) put(key, value)
      for (const [key, value] of newer) put(key, value)
    },
    get size() {
      return values.size
    },
  }
}
