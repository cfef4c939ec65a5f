import type { Clock } from './clock.ts'
import { deferred } from './deferred.ts'
import { guarded } from './emitter.ts'
import type { Readable } from './types.ts'

export interface State<T> extends Readable<T> {
  set(value: T): void
}

export interface View<T> extends Readable<T> {
  /** What it was computed from has changed. */
  invalidate(): void
}

/** A value that can be read and watched. Watchers hear once per microtask, however often it changed. */
export function createState<T>(initial: T): State<T> {
  let value = initial
  const watchers = createWatchers()
  return {
    getSnapshot: () => value,
    subscribe: watchers.subscribe,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      watchers.notify()
    },
  }
}

/** A value computed when somebody asks, kept until it is invalidated. */
export function createView<T>(compute: () => T): View<T> {
  let kept: { value: T } | undefined
  const watchers = createWatchers()
  return {
    getSnapshot() {
      kept ??= { value: compute() }
      return kept.value
    },
    subscribe: watchers.subscribe,
    invalidate() {
      kept = undefined
      watchers.notify()
    },
  }
}

/** Resolves when a change has made it true, or after `ms`. */
export async function until<T>(readable: Readable<T>, isTrue: () => boolean, clock: Clock, ms: number): Promise<void> {
  const { promise, resolve } = deferred<void>()
  const unsubscribe = readable.subscribe(() => isTrue() && resolve())
  const cancel = clock.after(ms, resolve)
  await promise
  unsubscribe()
  cancel()
}

function createWatchers() {
  const watchers = new Set<() => void>()
  let planned = false
  return {
    subscribe(onChange: () => void) {
      const own = () => onChange()
      watchers.add(own)
      return () => void watchers.delete(own)
    },
    notify() {
      if (planned || watchers.size === 0) return
      planned = true
      // Once per microtask: one frame of the socket may carry hundreds of messages.
      queueMicrotask(() => {
        planned = false
        for (const watcher of [...watchers]) guarded(watcher)
      })
    },
  }
}
