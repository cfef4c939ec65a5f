import { type Command, shortcuts } from './shortcuts.ts'

/** How long the second key of a sequence may take, ms: GitHub and Gmail wait about as long. */
const sequenceMs = 1_500

/** The first key of a sequence, and when it was pressed. */
export interface Pending {
  key: string
  at: number
}

export interface KeyPress {
  key: string
  /** Ctrl, ⌘ or Alt is held: the browser's or the system's own shortcut. */
  modified: boolean
  at: number
}

/** Reads one key press. Pure: the caller keeps `pending` for the next press. */
export function readKey(press: KeyPress, pending?: Pending): { command?: Command; pending?: Pending } {
  if (press.modified) return {}
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key
  if (pending !== undefined && press.at - pending.at <= sequenceMs) {
    const second = shortcuts.find(({ keys }) => keys[0] === pending.key && keys[1] === key)
    if (second !== undefined) return { command: second.command }
  }
  const single = shortcuts.find(({ keys }) => keys.length === 1 && keys[0] === key)
  if (single !== undefined) return { command: single.command }
  return shortcuts.some(({ keys }) => keys.length === 2 && keys[0] === key) ? { pending: { key, at: press.at } } : {}
}
