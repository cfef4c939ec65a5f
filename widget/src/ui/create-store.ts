import type { Readable } from '@usher-chat/sdk/visitor'

export interface Store<T> extends Readable<T> {
  set(value: T): void
}

/** A value that components can follow with `useReadable`. */
export function createStore<T>(initial: T): Store<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    getSnapshot: () => value,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of [...listeners]) listener()
    },
  }
}
