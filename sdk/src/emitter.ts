import type { Emitter } from './types.ts'

export interface Source<Events> extends Emitter<Events> {
  emit<K extends keyof Events>(type: K, payload: Events[K]): void
}

/** A typed emitter. A listener that throws does not keep the others from hearing; its fault surfaces as an uncaught error of its own. */
export function createEmitter<Events>(): Source<Events> {
  const listeners = new Map<keyof Events, Set<(payload: never) => void>>()
  return {
    on(type, listener) {
      const set = listeners.get(type) ?? new Set()
      listeners.set(type, set)
      // A wrapper of its own, so that the same function may be added twice and taken off once.
      const own = (payload: never) => listener(payload)
      set.add(own)
      return () => void set.delete(own)
    },
    emit(type, payload) {
      for (const listener of [...(listeners.get(type) ?? [])]) guarded(() => listener(payload as never))
    },
  }
}

/** Runs code that is not ours; what it throws is thrown again where it breaks nothing of ours. */
export function guarded(run: () => void): void {
  try {
    run()
  } catch (error) {
    setTimeout(() => {
      throw error
    })
  }
}
