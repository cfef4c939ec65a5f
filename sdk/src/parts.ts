import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import type { OutboxDriver } from './outbox.ts'
import { createIndexedDbOutbox } from './outbox-indexeddb.ts'
import { watchPage } from './page-wake.ts'
import { createTabs, type Tabs } from './tabs.ts'
import { type Dial, dialNats } from './transport.ts'
import type { KeyValueStore, Unsubscribe } from './types.ts'

/** Everything of the world outside that a client touches. */
export interface ClientParts {
  clock: Clock
  dial: Dial
  outbox: OutboxDriver
  tabs: Tabs
  storage: KeyValueStore
  /** Calls when the device may have slept. */
  watch(wake: () => void): Unsubscribe
  /** Calls when another tab has changed this key. */
  watchStorage(key: string, onChanged: () => void): Unsubscribe
}

/** The parts as this platform has them; what it blocks is replaced by memory. */
export function platformParts(given: { outbox?: OutboxDriver | undefined; storage?: KeyValueStore | undefined }): ClientParts {
  return {
    clock: systemClock,
    dial: dialNats,
    outbox: given.outbox ?? createIndexedDbOutbox(attempt(() => globalThis.indexedDB)),
    tabs: createTabs(attempt(() => (typeof window === 'undefined' ? undefined : navigator.locks))),
    storage: given.storage ?? attempt(workingLocalStorage) ?? createMemoryStore(),
    watch: watchPage,
    watchStorage,
  }
}

/** Sandboxed frames and strict settings throw at the mere mention of storage. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function workingLocalStorage(): KeyValueStore | undefined {
  if (typeof window === 'undefined') return undefined
  const store = window.localStorage
  store.setItem('usher.probe', '')
  store.removeItem('usher.probe')
  return store
}

function createMemoryStore(): KeyValueStore {
  const values = new Map<string, string>()
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }
}

function watchStorage(key: string, onChanged: () => void): Unsubscribe {
  if (typeof window === 'undefined') return () => {}
  const listener = (event: StorageEvent) => {
    // A cleared store names no key.
    if (event.key === null || event.key === key) onChanged()
  }
  window.addEventListener('storage', listener)
  return () => window.removeEventListener('storage', listener)
}
