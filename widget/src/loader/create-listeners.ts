import type { UsherEventName, UsherEvents } from '../ui/embedding.ts'

type Listener = (payload: UsherEvents[UsherEventName]) => void

export interface Listeners {
  /** Returns the function that takes the listener off again. */
  on(type: UsherEventName, listener: Listener): () => void
  emit<E extends UsherEventName>(type: E, payload: UsherEvents[E]): void
}

/** The page's listeners. One that throws is reported and disturbs nobody. */
export function createListeners(report: (error: unknown) => void): Listeners {
  const all = new Set<[type: UsherEventName, listener: Listener]>()
  return {
    on(type, listener) {
      const entry: [UsherEventName, Listener] = [type, listener]
      all.add(entry)
      return () => all.delete(entry)
    },
    emit(type, payload) {
      for (const [wanted, listener] of [...all]) {
        try {
          if (wanted === type) listener(payload)
        } catch (error) {
          report(error)
        }
      }
    },
  }
}
