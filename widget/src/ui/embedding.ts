/**
 * What the loader and the visitor app agree on. The loader is a classic script that draws the launcher and an empty frame;
 * the app is a module it imports when the visitor opens the chat.
 */
import type { SiteSettings } from '@usher-chat/sdk/protocol'

/** The JSON the server puts in place of `__USHER_SETTINGS__` in `loader.js`. */
export interface WidgetSettings {
  /** The site's public key. */
  siteKey: string
  /** Origin of the server, no trailing slash. */
  baseUrl: string
  /** Path of the visitor app below `baseUrl`, e.g. `/w/assets/visitor.3F9A2C71.js`. */
  app: string
  site: Pick<SiteSettings, 'name' | 'theme'> & { texts: Pick<SiteSettings['texts'], 'title' | 'launcher'> }
}

/** An identity signed by the site's backend, or the function that fetches a fresh one whenever a session starts. */
export type Identity = string | (() => Promise<string> | string)

/** What `Usher('on', type, listener)` hands to its listeners. */
export interface UsherEvents {
  open: Record<string, never>
  close: Record<string, never>
  /** Messages of agents the visitor has not read. */
  unread: { count: number }
  'message.received': { text: string }
  'message.sent': { text: string }
  /** `code` is one of the protocol's error codes. */
  error: { code: string; message: string }
}

export type UsherEventName = keyof UsherEvents

/** The arguments of every command of the global `Usher(command, …)`. */
export interface UsherCommands {
  open: []
  close: []
  toggle: []
  /** Shows the launcher again. */
  show: []
  /** Hides launcher and panel; the conversation goes on. */
  hide: []
  identify: [identity: Identity]
  /** Returns the function that takes the listener off again (once loaded; a call queued before that returns nothing). */
  on: [type: UsherEventName, listener: (payload: UsherEvents[UsherEventName]) => void]
  /** Forgets the visitor on this device. */
  logout: []
  /** Removes the widget, its listeners, its socket and the global. */
  destroy: []
}

export type UsherCommand = keyof UsherCommands

/** The one global of the page. `q` holds the calls made before the script arrived. */
export interface UsherGlobal {
  <C extends UsherCommand>(command: C, ...args: UsherCommands[C]): unknown
  q?: Iterable<unknown>[]
  version?: string
}

/** What the loader hands to the app. */
export interface WidgetHost {
  settings: WidgetSettings
  /** For style sheets. */
  root: ShadowRoot
  /** The dialog: the app draws inside. Its first content is the loader's placeholder. */
  frame: HTMLElement
  identity?: Identity | undefined
  /** The visitor closed the panel. */
  close(): void
  /** Count for the launcher's badge. */
  unread(count: number): void
  emit<E extends UsherEventName>(type: E, payload: UsherEvents[E]): void
}

/** What the app offers to the loader. */
export interface WidgetApp {
  /** The frame became visible. */
  opened(): void
  closed(): void
  identify(identity: Identity): void
  logout(): Promise<void>
  destroy(): void
}

/** The one export of the app's module. `quiet`: connect without drawing, so that the badge can tell of news. */
export type MountApp = (host: WidgetHost) => WidgetApp

export interface AppModule {
  mount: MountApp
}

// Where the widget keeps things in the site's storage.

/** The visitor token, written by the SDK; localStorage. */
export const tokenKey = (siteKey: string): string => `usher.${siteKey}`

/** Present once the visitor has a thread here: the next page connects by itself, so that an answer raises the badge; localStorage. */
export const liveKey = (siteKey: string): string => `usher.${siteKey}.live`

/** The unsent text of the composer; sessionStorage. */
export const draftKey = (siteKey: string): string => `usher.${siteKey}.draft`
