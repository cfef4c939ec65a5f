import { useEffect, useRef } from 'preact/hooks'
import { listensToKeys } from './listens-to-keys.ts'
import { type Pending, readKey } from './read-key.ts'
import type { Command } from './shortcuts.ts'

export interface ShortcutsOptions {
  enabled: boolean
  now: () => number
  /** Returns false when there was nothing to do: the key then keeps its usual meaning. */
  run: (command: Command) => boolean
}

/** Reads the single-key shortcuts of the whole page. */
export function useShortcuts(options: ShortcutsOptions): void {
  const current = useRef(options)
  current.current = options
  useEffect(() => {
    let pending: Pending | undefined
    const onKey = (event: KeyboardEvent) => {
      const { enabled, now, run } = current.current
      if (!enabled || !listensToKeys(event)) return
      const read = readKey({ key: event.key, modified: event.ctrlKey || event.metaKey || event.altKey, at: now() }, pending)
      pending = read.pending
      if (read.command !== undefined && run(read.command)) event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
