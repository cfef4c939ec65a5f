import type { KeyValueStore } from '@usher-chat/sdk/agent'
import type { Presence } from '@usher-chat/sdk/protocol'
import { createStore, type Store } from '../../ui/create-store.ts'

/** What this browser remembers about how its agent likes to work. */
export interface Settings {
  sound: boolean
  /** Single-letter shortcuts; WCAG 2.1.4 asks that they can be switched off. */
  singleKeys: boolean
  theme: 'system' | 'light' | 'dark'
  /** The visitor card beside the thread, on wide screens. */
  card: boolean
  notifications: boolean
  /** The presence the agent chose last; the next login starts with it. */
  presence: Presence
}

export const defaultSettings: Settings = {
  sound: true,
  singleKeys: true,
  theme: 'system',
  card: true,
  notifications: false,
  presence: 'online',
}

const key = 'usher.console.settings'

export interface SettingsStore extends Store<Settings> {
  change(change: Partial<Settings>): void
}

/** Settings that survive a reload; where storage is blocked they last as long as the page. */
export function openSettings(storage: KeyValueStore): SettingsStore {
  const settings = createStore(readSettings(storage))
  const set = (next: Settings) => {
    settings.set(next)
    storage.setItem(key, JSON.stringify(next))
  }
  return { ...settings, set, change: (change) => set({ ...settings.getSnapshot(), ...change }) }
}

function readSettings(storage: KeyValueStore): Settings {
  const kept = parse(storage.getItem(key))
  const { sound, singleKeys, card, notifications } = defaultSettings
  return {
    sound: bool(kept.sound, sound),
    singleKeys: bool(kept.singleKeys, singleKeys),
    card: bool(kept.card, card),
    notifications: bool(kept.notifications, notifications),
    theme: kept.theme === 'light' || kept.theme === 'dark' ? kept.theme : 'system',
    presence: kept.presence === 'away' || kept.presence === 'offline' ? kept.presence : 'online',
  }
}

const bool = (value: unknown, fallback: boolean) => (typeof value === 'boolean' ? value : fallback)

function parse(text: string | null): Partial<Record<keyof Settings, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
