import type { AgentClient } from '@usher-chat/sdk/agent'
import { render } from 'preact'
import { adoptCss } from '../ui/adopt-css.ts'
import { avatarCss } from '../ui/tokens.css.ts'
import { App } from './shell/app.tsx'
import { createConsole } from './state/console.ts'
import { openRoute } from './state/route-store.ts'
import { safeStorage } from './state/safe-storage.ts'
import { startClock } from './state/start-clock.ts'
import { consoleCss } from './styles/console.css.ts'

export interface MountOptions {
  root: HTMLElement
  client: AgentClient
  /** ms since 1970; the gallery stops it. */
  now?: () => number
}

/** Draws the console into an element, for as long as the page lives. */
export function mountConsole({ root, client, now = Date.now }: MountOptions): void {
  adoptCss(document, avatarCss + consoleCss)
  const devices = {
    makeAudio: 'AudioContext' in window ? () => new AudioContext() : undefined,
    locks: 'locks' in navigator ? navigator.locks : undefined,
  }
  const storage = safeStorage(() => localStorage)
  const shared = createConsole({ client, storage, route: openRoute(window), devices, clock: startClock(now), now })
  render(<App shared={shared} />, root)
}
