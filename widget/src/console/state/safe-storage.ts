import type { KeyValueStore } from '@usher-chat/sdk/agent'

/** `localStorage`, or memory where the browser blocks it or it is full: what is remembered is a comfort, never a reason to fail. */
export function safeStorage(open: () => Storage): KeyValueStore & { keys(): string[] } {
  const memory = new Map<string, string>()
  const storage = attempt(open)
  return {
    getItem: (key) => memory.get(key) ?? attempt(() => storage?.getItem(key)) ?? null,
    setItem(key, value) {
      memory.set(key, value)
      attempt(() => {
        storage?.setItem(key, value)
        if (storage !== undefined) memory.delete(key)
      })
    },
    removeItem(key) {
      memory.delete(key)
      attempt(() => storage?.removeItem(key))
    },
    keys: () => [...memory.keys(), ...(attempt(() => Object.keys(storage ?? {})) ?? [])],
  }
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
