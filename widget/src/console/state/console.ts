import type { AgentClient, KeyValueStore, Readable } from '@usher-chat/sdk/agent'
import type { Conversation, ConversationId } from '@usher-chat/sdk/protocol'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { createStore, type Store } from '../../ui/create-store.ts'
import type { SoundDevices } from '../attention/open-attention.ts'
import { type Actions, createActions } from './actions.ts'
import type { RouteStore } from './route-store.ts'
import { openSettings, type SettingsStore } from './settings.ts'
import { openToasts, type Toasts } from './toasts.ts'

/** Everything the components share. Made once at the rim and handed down. */
export interface Console {
  client: AgentClient
  storage: KeyValueStore & { keys(): string[] }
  route: RouteStore
  devices: SoundDevices
  settings: SettingsStore
  toasts: Toasts
  actions: Actions
  /** Conversations as the last own action left them: newer than any list until the list catches up. */
  changed: Store<ReadonlyMap<ConversationId, Conversation>>
  /** The time, ms since 1970, moving every half minute: what relative times are measured against. */
  clock: Readable<number>
  /** The exact time, ms since 1970. */
  now: () => number
  dialog: Store<'shortcuts' | null>
}

export interface ConsoleOptions {
  client: AgentClient
  storage: KeyValueStore & { keys(): string[] }
  route: RouteStore
  devices: SoundDevices
  clock: Readable<number>
  now: () => number
}

export function createConsole({ client, storage, route, devices, clock, now }: ConsoleOptions): Console {
  const settings = openSettings(storage)
  const toasts = openToasts()
  const changed = createStore<ReadonlyMap<ConversationId, Conversation>>(new Map())
  const onChange = (conversation: Conversation) => changed.set(new Map(changed.getSnapshot()).set(conversation.id, conversation))
  const actions = createActions({ client, toasts, settings, onChange, now })
  return { client, storage, route, devices, settings, toasts, actions, changed, clock, now, dialog: createStore<'shortcuts' | null>(null) }
}

export const ConsoleContext = createContext<Console | null>(null)

export function useConsole(): Console {
  const value = useContext(ConsoleContext)
  if (value === null) throw new Error('unable to draw; the console context is missing')
  return value
}
